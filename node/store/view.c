/* view.c: see view.h. */
#include "node/store/view.h"

struct show {
	kith_view_visit *visit;
	void *ctx;
};

static int show_known(void *ctx, const struct kith_row *row)
{
	const struct show *show = ctx;

	if (row->known == KITH_KNOWN_DECLINED)
		return KITH_E_NOT_FOUND;
	return show->visit(show->ctx, row->record);
}

static int get(void *ctx, const struct kith_record_id *id, kith_view_visit *visit, void *visit_ctx)
{
	struct show show = {visit, visit_ctx};

	return kith_query_get(ctx, id, show_known, &show);
}

static int linked(void *ctx, const struct kith_record_id *target, uint32_t type,
	kith_view_visit *visit, void *visit_ctx)
{
	return kith_query_linked(ctx, target, type, visit, visit_ctx);
}

struct kith_view kith_store_view(struct kith_reader *reader)
{
	return (struct kith_view){.ctx = reader, .get = get, .linked = linked};
}
