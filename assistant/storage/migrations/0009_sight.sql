-- A search asks first whether anything is hidden from whoever searches. Of what is
-- still arriving there is next to nothing, and this finds it without reading the rest.
CREATE INDEX document_arriving ON document (id) WHERE state = 'arriving';
