package dev.registrar.admin;

import dev.registrar.operations.AuditLog;
import dev.registrar.operations.AuditLog.AuditListing;
import dev.registrar.operations.AuditLog.AuditQuery;
import dev.registrar.operations.UndoQuery;

/** Reads the audit log. */
record AuditTask(AuditLog audit) {

    static final TaskUsage USAGE = TaskUsage.of("audit", """
            Shows what operators did, newest first. format=json exports it.
            actor: who, a part of the name
            action: the name of a task, or another audited action
            subject: what it concerned: an id, alone or with its kind, such as registration:0f8e7d6c-…
            after: only entries later than this time, such as 2026-01-31T00:00:00Z
            before: only entries earlier than this time
            limit: maximum number of entries, 1 to 10000; default 100
            """);

    TaskAnswer run(TaskParameters parameters) {
        AuditListing listing = audit.read(new AuditQuery(
                parameters.text("actor"),
                parameters.text("action"),
                parameters.text("subject"),
                parameters.time("after"),
                parameters.time("before"),
                parameters.number("limit", UndoQuery.DEFAULT_LIMIT)));
        return TaskAnswer.of(listing.items(), "id at actor action subject reason detail")
                .of(listing.total());
    }
}
