"""The JSON that other programs rely on: its keys are documented and stable."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from assistant.entities.citation import Citation
from assistant.entities.conversation import Conversation, Message
from assistant.entities.ids import MemoryId, MessageId
from assistant.entities.ingest import FileIngested
from assistant.entities.knowledge import Document, Passage
from assistant.entities.model import HealthReport, ModelService
from assistant.entities.persona import Persona
from assistant.entities.search import Hit, HitKind
from assistant.entities.trace import Span
from assistant.personas.library import is_built_in
from assistant.storage.messages import MessageHit
from assistant.weights.metadata import GgufMetadata

Shape = Mapping[str, object]


def answer_shape(
    reply: Message,
    citations: Sequence[Citation] = (),
    memories: Sequence[MemoryId] = (),
) -> Shape:
    """An answer, for `ask --json`."""
    return {
        "answer": reply.content,
        "conversation_id": reply.conversation_id,
        "message_id": reply.id,
        "model": reply.model,
        "cached": False,
        "sources": [source_shape(citation) for citation in citations],
        "memories": list(memories),
        "tools": list(reply.tools),
        "usage": {
            "prompt_tokens": reply.prompt_tokens or 0,
            "completion_tokens": reply.tokens or 0,
            "reused_tokens": reply.reused_tokens or 0,
        },
        "timing": {
            "first_token_ms": _rounded(reply.first_token_ms),
            "total_ms": _rounded(reply.response_time_ms),
        },
    }


def source_shape(citation: Citation) -> Shape:
    """Only what was found in the stored text is ever cited."""
    return {
        "kind": HitKind.PASSAGE,
        "id": citation.passage_id,
        "title": citation.title,
        "location": citation.location,
        "quote": citation.quote,
        "verified": True,
    }


def found_shape(hit: Hit) -> Shape:
    """One thing that was found, for `search --json`."""
    return {
        "kind": hit.kind,
        "id": hit.id,
        "document_id": hit.document_id,
        "title": hit.title,
        "path": hit.path,
        "location": hit.location,
        "text": hit.text,
        "score": round(hit.score, 6),
        "why": {
            "keyword_rank": hit.why.keyword_rank,
            "vector_rank": hit.why.vector_rank,
            "rerank_score": hit.why.rerank_score,
        },
    }


def ingested_shape(file: FileIngested) -> Shape:
    """One file or page, for `ingest --json`."""
    return {
        "path": file.path,
        "document_id": file.document_id,
        "status": file.status,
        "chunks": file.chunks,
        "reason": file.reason,
    }


def document_shape(document: Document) -> Shape:
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "collection": document.collection,
        "media_type": document.media_type,
        "state": document.state,
        "passages": document.passage_count,
        "size_bytes": document.size_bytes,
        "created_at": _moment(document.created_at),
        "updated_at": _moment(document.updated_at),
    }


def whole_document_shape(
    document: Document, sources: Sequence[str], passages: Sequence[Passage]
) -> Shape:
    return {
        **document_shape(document),
        "sources": list(sources),
        "notices": [notice.detail for notice in document.notices],
        "passages": [
            {
                "id": passage.id,
                "location": passage.chunk.location.label,
                "text": passage.text,
            }
            for passage in passages
        ],
    }


def conversation_shape(conversation: Conversation) -> Shape:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "state": conversation.state,
        "created_at": _moment(conversation.created_at),
        "updated_at": _moment(conversation.updated_at),
        "messages": conversation.message_count,
        "tokens": conversation.total_tokens,
        "pinned": conversation.pinned_at is not None,
        "incognito": conversation.is_incognito,
    }


def message_shape(message: Message) -> Shape:
    return {
        "id": message.id,
        "role": message.role,
        "content": message.content,
        "created_at": _moment(message.created_at),
        "state": message.state,
        "finish_reason": message.finish_reason,
        "error": message.error,
        "model": message.model,
        "tokens": message.tokens,
    }


def transcript_shape(
    conversation: Conversation,
    messages: Sequence[Message],
    citations: Mapping[MessageId, Sequence[Citation]],
) -> Shape:
    return {
        **conversation_shape(conversation),
        "messages": [
            {
                **message_shape(message),
                "sources": [source_shape(one) for one in citations.get(message.id, ())],
            }
            for message in messages
        ],
    }


def hit_shape(hit: MessageHit) -> Shape:
    return {
        "conversation_id": hit.message.conversation_id,
        "message_id": hit.message.id,
        "title": hit.conversation_title,
        "role": hit.message.role,
        "created_at": _moment(hit.message.created_at),
        "snippet": hit.snippet,
    }


def span_shape(span: Span) -> Shape:
    return {
        "id": span.id,
        "trace_id": span.trace_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "started_at": _moment(span.started_at),
        "duration_ms": _rounded(span.duration_ms),
        "counts": dict(span.counts),
        "error": span.error,
    }


def model_shape(
    service: ModelService, *, is_in_use: bool, file: GgufMetadata | None
) -> Shape:
    return {
        "name": service.name,
        "kind": service.kind,
        "location": service.location,
        "in_use": is_in_use,
        "status": service.status,
        "context_tokens": service.context_tokens,
        "average_response_ms": _rounded(service.average_response_ms),
        "last_check": _moment(service.last_check),
        "last_error": service.last_error,
        "sha256": service.sha256,
        "file": _file_shape(file) if file else None,
    }


def _file_shape(file: GgufMetadata) -> Shape:
    return {
        "architecture": file.architecture,
        "quantisation": file.quantisation,
        "parameters": file.parameters,
        "size_bytes": file.size_bytes,
        "context_tokens": file.context_tokens,
        "licence": file.licence,
    }


def persona_shape(persona: Persona, *, is_in_use: bool) -> Shape:
    return {
        "name": persona.name,
        "description": persona.description,
        "in_use": is_in_use,
        "built_in": is_built_in(persona),
        "traits": {aspect: list(words) for aspect, words in persona.traits.items()},
        "voice": dict(persona.voice),
        "knowledge_areas": list(persona.knowledge_areas),
        "behavioral_rules": list(persona.behavioral_rules),
        "example_interactions": [
            {"user": each.user, "reply": each.reply}
            for each in persona.example_interactions
        ],
    }


def health_shape(report: HealthReport) -> Shape:
    return {
        "name": report.service,
        "status": report.status,
        "response_ms": _rounded(report.response_time_ms),
        "checked_at": _moment(report.checked_at),
        "details": dict(report.details),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _rounded(milliseconds: float | None) -> float | None:
    return round(milliseconds, 1) if milliseconds is not None else None
