/*
 * ids.c: the index by id, kept in two trees.
 *
 * An id is random, so in a tree of a million rows each new one changes a page that no other has
 * changed: 4 KiB to the log and 4 KiB to the file for 20 bytes. In a small tree the new ones share
 * pages, and merging them in order writes each page of the large tree once for many.
 */
#include "node/store/writer.h"

#define NEW_IDS_MAX 32768

int kith_ids_add(struct kith_writer *writer, const struct kith_record_id *id, uint64_t seq)
{
	return kith_db_run(&writer->db, KITH_SQL_ID_PUT,
		KITH_ARGS(kith_arg_int(kith_id_head(id->bytes)), kith_arg_u64(seq)));
}

int kith_ids_merge_if_many(struct kith_writer *writer)
{
	int err;

	if (writer->last_seq - writer->merged_seq < NEW_IDS_MAX)
		return 0;
	err = kith_db_run(&writer->db, KITH_SQL_IDS_MERGE, NULL, 0);
	if (!err)
		err = kith_db_run(&writer->db, KITH_SQL_IDS_EMPTY, NULL, 0);
	if (!err)
		err = kith_db_run(
			&writer->db, KITH_SQL_MERGED, KITH_ARGS(kith_arg_u64(writer->last_seq)));
	if (!err)
		writer->merged_seq = writer->last_seq;
	return err;
}
