/* view.c: see view.h. */
#include "protocol/domain/view.h"

int kith_view_get(const struct kith_view *view, const struct kith_record_id *id,
	kith_view_visit *visit, void *visit_ctx)
{
	return view->get(view->ctx, id, visit, visit_ctx);
}

int kith_view_linked(const struct kith_view *view, const struct kith_record_id *target,
	uint32_t type, kith_view_visit *visit, void *visit_ctx)
{
	return view->linked(view->ctx, target, type, visit, visit_ctx);
}

static int copy(void *ctx, const struct kith_record *record)
{
	struct kith_record **out = ctx;

	return kith_record_copy(record, out);
}

int kith_view_copy(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_record **out)
{
	*out = NULL;
	return kith_view_get(view, id, copy, out);
}

int kith_record_order(uint64_t a_ms, const struct kith_record_id *a, uint64_t b_ms,
	const struct kith_record_id *b)
{
	if (a_ms != b_ms)
		return a_ms < b_ms ? -1 : 1;
	return kith_id_compare(a->bytes, b->bytes);
}
