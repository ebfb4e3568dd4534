/*
 * links.c: links from and to a record.
 *
 * Outgoing links are in the record's own header. Incoming ones are found through the projection
 * by the head of their target; the header of the source then says whether it was this target.
 */
#include <string.h>

#include "node/store/db.h"
#include "node/store/query.h"
#include "node/store/rows.h"
#include "protocol/body.h"

struct walk {
	struct kith_reader *reader;
	const struct kith_record_id *id;
	uint32_t type; /* 0: any */
	size_t left;
	int (*visit)(void *ctx, const struct kith_link_row *row);
	void *ctx;
};

static void copy_caption(const struct kith_record *record, char out[KITH_CAPTION_MAX])
{
	struct kith_body body;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL))
		return;
	kith_body_caption(&body, out);
	kith_body_clear(&body);
}

static void describe_other(
	struct kith_link_row *link, enum kith_known known, const struct kith_record *other)
{
	if (known != KITH_KNOWN_HELD)
		return;
	link->other_held = true;
	link->other_kind = other->kind;
	copy_caption(other, link->other_caption);
}

/* ---- outgoing ------------------------------------------------------------------------------ */

static int look_up_target(void *ctx, const struct kith_row *row)
{
	describe_other(ctx, row->known, row->record);
	return 0;
}

static int show_outgoing(struct walk *walk, const struct kith_record *record)
{
	int err = 0;

	for (size_t i = 0; !err && walk->left && i < record->link_count; i++) {
		struct kith_link_row link = {.source = record->id,
			.target = record->links[i].target,
			.type = record->links[i].type};

		if (walk->type && walk->type != link.type)
			continue;
		err = kith_query_get(walk->reader, &link.target, look_up_target, &link);
		if (err && err != KITH_E_NOT_FOUND)
			break;
		walk->left--;
		err = walk->visit(walk->ctx, &link);
	}
	return err;
}

/* The source is read to its end before its targets are looked up: they need the same statement. */
static int read_source(struct walk *walk, struct kith_record **out)
{
	sqlite3_stmt *stmt;
	int err = kith_db_start(walk->reader, KITH_SQL_GET,
		KITH_ARGS(kith_arg_int(kith_id_head(walk->id->bytes)),
			kith_arg_blob(kith_id_tail(walk->id->bytes), KITH_TAIL_LEN)),
		&stmt);

	if (err)
		return err;
	err = kith_db_step(walk->reader, stmt);
	if (err > 0)
		err = kith_row_record(stmt, KITH_ROW_ENVELOPE, out);
	else if (err == 0)
		err = KITH_E_NOT_FOUND;
	kith_db_end(stmt);
	return err;
}

static int walk_outgoing(struct walk *walk)
{
	struct kith_record *record = NULL;
	int err = read_source(walk, &record);

	if (err)
		return err;
	err = show_outgoing(walk, record);
	kith_record_free(record);
	return err;
}

/* ---- incoming ------------------------------------------------------------------------------ */

static bool links_so(
	const struct kith_record *source, const struct kith_record_id *target, uint32_t type)
{
	for (size_t i = 0; i < source->link_count; i++)
		if (source->links[i].type == type &&
			kith_id_equal(source->links[i].target.bytes, target->bytes))
			return true;
	return false;
}

static int show_incoming(struct walk *walk, sqlite3_stmt *stmt)
{
	struct kith_record *source = NULL;
	int err = kith_row_record(stmt, KITH_ROW_ENVELOPE, &source);
	struct kith_link_row link = {
		.target = *walk->id, .type = (uint32_t)sqlite3_column_int64(stmt, KITH_ROW_EXTRA)};

	if (err)
		return err;
	if (links_so(source, walk->id, link.type)) {
		link.source = source->id;
		describe_other(
			&link, (enum kith_known)sqlite3_column_int(stmt, KITH_ROW_KNOWN), source);
		walk->left--;
		err = walk->visit(walk->ctx, &link);
	}
	kith_record_free(source);
	return err;
}

/* Type 0: any. */
static int start_incoming(struct kith_reader *reader, const struct kith_record_id *target,
	uint32_t type, sqlite3_stmt **stmt)
{
	return kith_db_start(reader, KITH_SQL_LINKS_TO,
		KITH_ARGS(kith_arg_int(kith_id_head(target->bytes)), kith_arg_int(type),
			kith_arg_int(type ? type : UINT32_MAX)),
		stmt);
}

static int walk_incoming(struct walk *walk)
{
	sqlite3_stmt *stmt;
	int err = start_incoming(walk->reader, walk->id, walk->type, &stmt);

	if (err)
		return err;
	while (walk->left && (err = kith_db_step(walk->reader, stmt)) > 0) {
		err = show_incoming(walk, stmt);
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err;
}

int kith_query_links(struct kith_reader *reader, const struct kith_record_id *id, bool incoming,
	uint32_t type, size_t limit, int (*visit)(void *ctx, const struct kith_link_row *row),
	void *ctx)
{
	struct walk walk = {.reader = reader,
		.id = id,
		.type = type,
		.left = limit,
		.visit = visit,
		.ctx = ctx};

	kith_db_allow_ms(reader, KITH_QUERY_MS);
	return incoming ? walk_incoming(&walk) : walk_outgoing(&walk);
}

/* ---- records by what they link to ---------------------------------------------------------- */

static int show_source(sqlite3_stmt *stmt, const struct kith_record_id *target, uint32_t type,
	int (*visit)(void *ctx, const struct kith_record *record), void *ctx)
{
	struct kith_record *source = NULL;
	int err = kith_row_record(stmt, KITH_ROW_ENVELOPE, &source);

	if (err)
		return err;
	if (sqlite3_column_int(stmt, KITH_ROW_KNOWN) != KITH_KNOWN_DECLINED &&
		links_so(source, target, type))
		err = visit(ctx, source);
	kith_record_free(source);
	return err;
}

int kith_query_linked(struct kith_reader *reader, const struct kith_record_id *target,
	uint32_t type, int (*visit)(void *ctx, const struct kith_record *record), void *ctx)
{
	sqlite3_stmt *stmt;
	int err;

	kith_db_allow_ms(reader, KITH_QUERY_MS);
	err = start_incoming(reader, target, type, &stmt);
	if (err)
		return err;
	while ((err = kith_db_step(reader, stmt)) > 0) {
		err = show_source(stmt, target, type, visit, ctx);
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err;
}
