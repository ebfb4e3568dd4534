/* walk.c: see walk.h. */
#include "node/report/walk.h"

#include "protocol/domain/revision.h"

#define PIECE_MIN 10u /* records kept at a time */
#define PIECE_MAX 100u

static int keep(void *ctx, const struct kith_row *row)
{
	struct kith_linked *piece = ctx;
	struct kith_record *copy;
	int err = kith_record_reopen(row->record->envelope.data, row->record->envelope.len, &copy);

	return err ? err : kith_linked_take(piece, copy);
}

static size_t count_rows(const struct kith_report *report)
{
	size_t count = 0, i;
	json_t *section;

	json_array_foreach(report->sections, i, section)
		count += json_array_size(json_object_get(section, "rows"));
	return count;
}

struct walking {
	struct kith_report *report;
	size_t rows;   /* wanted */
	size_t before; /* rows there were already */
	size_t looked;
	kith_walk_look *look;
	void *ctx;
};

static bool is_full(const struct walking *walking)
{
	return count_rows(walking->report) - walking->before >= walking->rows ||
	       walking->looked >= KITH_REPORT_LOOK_MAX || walking->report->full;
}

/* Looks at the records of a piece until the page is full; *stopped: before the last of them. */
static int look_at(struct walking *walking, const struct kith_linked *piece, bool *stopped)
{
	struct kith_report *report = walking->report;
	int err = 0;

	*stopped = false;
	for (size_t i = 0; !err && i < piece->count; i++) {
		const struct kith_record *record = piece->list[i];
		bool superseded = false;

		if (is_full(walking)) {
			*stopped = true;
			break;
		}
		walking->looked++;
		report->last = kith_record_item(record);
		err = kith_is_superseded(&report->view, &record->id, &superseded);
		if (!err && !superseded)
			err = walking->look(walking->ctx, report, record);
	}
	*stopped |= err == KITH_WALK_STOP;
	return err == KITH_WALK_STOP ? 0 : err;
}

int kith_walk(struct kith_report *report, struct kith_find find, size_t rows, kith_walk_look *look,
	void *ctx)
{
	struct walking walking = {.report = report,
		.rows = (size_t)kith_report_number(report, "limit", (int64_t)rows),
		.before = count_rows(report),
		.look = look,
		.ctx = ctx};
	bool more = true, stopped = false;
	int err = 0;

	find.limit = walking.rows < PIECE_MIN ? PIECE_MIN : walking.rows;
	if (find.limit > PIECE_MAX)
		find.limit = PIECE_MAX;
	find.has_after = report->has_after;
	find.after = report->after;
	while (!err && more && !stopped && !is_full(&walking)) {
		struct kith_linked piece = {0};

		err = kith_query_find(report->reader, &find, keep, &piece, &more);
		if (!err)
			err = look_at(&walking, &piece, &stopped);
		find.has_after = true;
		find.after = report->last;
		kith_linked_clear(&piece);
	}
	report->more = more || stopped; /* stopped at the very last: an empty page follows */
	return err;
}

void kith_walk_filters(
	const struct kith_report *report, struct kith_find *find, struct kith_author *author)
{
	const char *text = kith_report_text(report, "author");

	find->tag = kith_report_text(report, "tag");
	find->country = kith_report_text(report, "country");
	find->place = kith_report_text(report, "place");
	find->lang = kith_report_text(report, "lang");
	find->since_ms = kith_report_time(report, "since", find->since_ms);
	find->until_ms = kith_report_time(report, "until", find->until_ms);
	if (text && kith_id_parse(KITH_ID_AUTHOR, text, author->bytes, NULL) == 0)
		find->author = author;
}
