/* partners.c: partners are kept in the database, so that adding one is on disk before it counts. */
#include <stdio.h>
#include <string.h>

#include "node/store/db.h"
#include "node/store/query.h"

static int copy_key(sqlite3_stmt *stmt, int column, uint8_t out[KITH_ID_LEN])
{
	const void *key = sqlite3_column_blob(stmt, column);

	if (!key || sqlite3_column_bytes(stmt, column) != KITH_ID_LEN)
		return KITH_E_CORRUPT;
	memcpy(out, key, KITH_ID_LEN);
	return 0;
}

static int copy_text(sqlite3_stmt *stmt, int column, char *out, size_t room)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	if (!text || strlen(text) >= room)
		return KITH_E_CORRUPT;
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

static int read_address(sqlite3_stmt *stmt, struct kith_partner_config *out)
{
	int err = copy_key(stmt, 2, out->node.bytes);

	if (!err)
		err = copy_text(stmt, 3, out->host, sizeof(out->host));
	out->port = (uint16_t)sqlite3_column_int(stmt, 4);
	out->has_address = true;
	return err;
}

static int read_partner(sqlite3_stmt *stmt, struct kith_partner_config *out)
{
	int err = copy_key(stmt, 0, out->group.bytes);

	*out = (struct kith_partner_config){
		.group = out->group, .paused = sqlite3_column_int(stmt, 5) != 0};
	if (!err)
		err = copy_text(stmt, 1, out->name, sizeof(out->name));
	if (!err && sqlite3_column_type(stmt, 2) != SQLITE_NULL)
		err = read_address(stmt, out);
	return err;
}

int kith_query_partners(struct kith_reader *reader,
	int (*visit)(void *ctx, const struct kith_partner_config *partner), void *ctx)
{
	struct kith_partner_config partner;
	sqlite3_stmt *stmt;
	int err = kith_db_start(reader, KITH_SQL_PARTNERS, NULL, 0, &stmt);

	if (err)
		return err;
	while ((err = kith_db_step(reader, stmt)) > 0) {
		err = read_partner(stmt, &partner);
		if (!err)
			err = visit(ctx, &partner);
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err;
}

int kith_change_partner_put(struct kith_reader *writer, const struct kith_partner_config *partner)
{
	const struct kith_arg none = {.type = KITH_ARG_NULL};
	bool address = partner->has_address;

	return kith_db_run(writer, KITH_SQL_PARTNER_PUT,
		KITH_ARGS(kith_arg_blob(partner->group.bytes, KITH_ID_LEN),
			kith_arg_text(partner->name, strlen(partner->name)),
			address ? kith_arg_blob(partner->node.bytes, KITH_ID_LEN) : none,
			address ? kith_arg_text(partner->host, strlen(partner->host)) : none,
			address ? kith_arg_int(partner->port) : none,
			kith_arg_int(partner->paused)));
}

int kith_change_partner_delete(struct kith_reader *writer, const struct kith_author *group)
{
	int64_t paused;

	return kith_db_number(writer, KITH_SQL_PARTNER_DELETE,
		KITH_ARGS(kith_arg_blob(group->bytes, KITH_ID_LEN)), &paused);
}
