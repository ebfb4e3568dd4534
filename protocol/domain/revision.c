/*
 * revision.c: see revision.h.
 *
 * What an attacker controls: as the author of a record how many versions it has and how they hang
 * together, of others' records nothing. The walk goes on from the newest version that it has not
 * looked at, keeps the newest KITH_VERSIONS_MAX, and looks at no more than four times as many, so
 * what it finds follows from the records and from where it began, and from nothing else.
 */
#include "protocol/domain/revision.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/domain/judge.h"
#include "protocol/domain/read.h"

#define LOOK_AT_MOST (4 * KITH_VERSIONS_MAX)

struct node {
	struct kith_version version;
	bool seen; /* its neighbours have been looked at */
};

struct web {
	const struct kith_view *view;
	struct kith_record_id start; /* stays whatever else is dropped */
	struct node *nodes;          /* by (created_ms, id), oldest first */
	size_t count, room;
	bool cut;
	const struct kith_record *now; /* whose neighbours are looked at */
	bool now_revised;
};

/* ---- the nodes ----------------------------------------------------------------------------- */

static int order(const struct kith_version *a, const struct kith_version *b)
{
	return kith_record_order(a->created_ms, &a->id, b->created_ms, &b->id);
}

/* Where the version is, or belongs. */
static size_t search(const struct web *web, const struct kith_version *version, bool *found)
{
	size_t low = 0, high = web->count;

	*found = false;
	while (low < high && !*found) {
		size_t middle = low + (high - low) / 2;
		int compared = order(&web->nodes[middle].version, version);

		*found = compared == 0;
		if (*found)
			return middle;
		if (compared < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Drops the oldest but the start, if it is older than the newcomer that belongs at `place`:
 * true, and *place is corrected. */
static bool make_room(struct web *web, size_t *place)
{
	size_t oldest = kith_same_record(&web->nodes[0].version.id, &web->start) ? 1 : 0;

	web->cut = true;
	if (*place <= oldest)
		return false;
	memmove(&web->nodes[oldest], &web->nodes[oldest + 1],
		(web->count - oldest - 1) * sizeof(*web->nodes));
	web->count--;
	(*place)--;
	return true;
}

static int grow(struct web *web)
{
	size_t room = web->room ? 2 * web->room : 4;
	struct node *nodes;

	if (web->count < web->room)
		return 0;
	nodes = realloc(web->nodes, room * sizeof(*nodes));
	if (!nodes)
		return KITH_E_NOMEM;
	web->nodes = nodes;
	web->room = room;
	return 0;
}

static int add(struct web *web, const struct kith_record *record)
{
	struct node node = {.version = {.id = record->id,
				    .created_ms = record->created_ms,
				    .head = true,
				    .erased = !record->has_body}};
	bool found;
	size_t place = search(web, &node.version, &found);
	int err;

	if (found || (web->count == KITH_VERSIONS_MAX && !make_room(web, &place)))
		return 0;
	err = grow(web);
	if (err)
		return err;
	memmove(&web->nodes[place + 1], &web->nodes[place],
		(web->count - place) * sizeof(*web->nodes));
	web->nodes[place] = node;
	web->count++;
	return 0;
}

/* ---- the walk ------------------------------------------------------------------------------ */

static int counts(const struct kith_record *source, const struct kith_record *target)
{
	return kith_link_counts(source, KITH__LINK_TYPE__LINK_TYPE_REVISES, target, NULL);
}

static int see_newer(void *ctx, const struct kith_record *source)
{
	struct web *web = ctx;
	int got = counts(source, web->now);

	if (got <= 0)
		return got;
	web->now_revised = true;
	return add(web, source);
}

static int see_older(void *ctx, const struct kith_record *target)
{
	struct web *web = ctx;
	int got = counts(web->now, target);

	return got > 0 ? add(web, target) : got;
}

static int look_back(struct web *web)
{
	int err = 0;

	for (size_t i = 0; !err && i < web->now->link_count; i++) {
		if (web->now->links[i].type != KITH__LINK_TYPE__LINK_TYPE_REVISES)
			continue;
		err = kith_view_get(web->view, &web->now->links[i].target, see_older, web);
		if (err == KITH_E_NOT_FOUND)
			err = 0; /* it dangles */
	}
	return err;
}

static int look_around(struct web *web, struct kith_version version)
{
	struct kith_record *record;
	bool found;
	size_t place;
	int err = kith_view_copy(web->view, &version.id, &record);

	if (err)
		return err;
	web->now = record;
	web->now_revised = false;
	err = look_back(web);
	if (!err)
		err = kith_view_linked(
			web->view, &version.id, KITH__LINK_TYPE__LINK_TYPE_REVISES, see_newer, web);
	kith_record_free(record);
	place = search(web, &version, &found);
	if (found) {
		web->nodes[place].seen = true;
		web->nodes[place].version.head = !web->now_revised;
	}
	return err;
}

static int walk(struct web *web)
{
	size_t looked = 0, i = web->count;
	int err = 0;

	while (!err && i > 0) {
		if (web->nodes[i - 1].seen) {
			i--;
			continue;
		}
		if (looked++ == LOOK_AT_MOST) {
			web->cut = true;
			break;
		}
		err = look_around(web, web->nodes[i - 1].version);
		i = web->count;
	}
	return err;
}

/* ---- the result ---------------------------------------------------------------------------- */

static int heads_first(const void *a, const void *b)
{
	const struct kith_version *x = a, *y = b;

	if (x->head != y->head)
		return x->head ? -1 : 1;
	return -order(x, y);
}

static int list_versions(const struct web *web, struct kith_revisions *out)
{
	out->versions = calloc(web->count, sizeof(*out->versions));
	if (!out->versions)
		return KITH_E_NOMEM;
	out->cut = web->cut;
	for (size_t i = 0; i < web->count; i++) {
		struct node *node = &web->nodes[i];

		node->version.head = node->version.head && node->seen;
		out->head_count += node->version.head;
		out->versions[out->count++] = node->version;
		if (kith_same_record(&node->version.id, &web->start))
			out->superseded = !node->version.head;
	}
	qsort(out->versions, out->count, sizeof(*out->versions), heads_first);
	return 0;
}

int kith_revisions_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_revisions *out)
{
	struct web web = {.view = view, .start = *id};
	struct kith_record *record;
	int err = kith_view_copy(view, id, &record);

	*out = (struct kith_revisions){.versions = NULL};
	if (err)
		return err;
	err = add(&web, record);
	kith_record_free(record);
	if (!err)
		err = walk(&web);
	if (!err)
		err = list_versions(&web, out);
	free(web.nodes);
	return err;
}

void kith_revisions_clear(struct kith_revisions *revisions)
{
	free(revisions->versions);
	*revisions = (struct kith_revisions){.versions = NULL};
}

/* ---- one question -------------------------------------------------------------------------- */

static int stop_at_newer(void *ctx, const struct kith_record *source)
{
	const struct kith_record *record = ctx;

	return counts(source, record);
}

int kith_is_superseded(const struct kith_view *view, const struct kith_record_id *id, bool *out)
{
	struct kith_record *record;
	int err = kith_view_copy(view, id, &record);

	*out = false;
	if (err)
		return err;
	err = kith_view_linked(view, id, KITH__LINK_TYPE__LINK_TYPE_REVISES, stop_at_newer, record);
	kith_record_free(record);
	*out = err > 0;
	return err > 0 ? 0 : err;
}
