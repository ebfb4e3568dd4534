/*
 * links.c: rules between the links of the header and what the body says about them.
 *
 * They need no record but this one: what a link's target is, or whether it is there at all, is not
 * known when a record arrives (a missing target is normal). That a record has at most 64 links and
 * no two alike is a rule of the header, record.h.
 */
#include <stdio.h>

#include "protocol/rules.h"

/* The note about the link at that position, or NULL. */
static const Kith__LinkNote *note_about(const Kith__Body *body, size_t link)
{
	for (size_t i = 0; i < body->n_notes; i++)
		if (body->notes[i]->link == link)
			return body->notes[i];
	return NULL;
}

static int break_note_rule(struct kith_check *check, size_t note, const char *rule)
{
	char field[40];

	snprintf(field, sizeof(field), "notes[%zu].link", note);
	return kith_break_rule(check, field, "%s", rule);
}

static int check_notes(struct kith_check *check, const Kith__Body *body)
{
	for (size_t i = 0; i < body->n_notes; i++) {
		uint32_t link = body->notes[i]->link;

		if (link >= check->facts->link_count)
			return break_note_rule(
				check, i, "must be the position of a link, 0 for the first");
		if (note_about(body, link) != body->notes[i])
			return break_note_rule(check, i, "must not be that of an earlier note");
	}
	return 0;
}

static int break_link_rule(struct kith_check *check, size_t link, const char *rule)
{
	char field[32];

	snprintf(field, sizeof(field), "links[%zu]", link);
	return kith_break_rule(check, field, "%s", rule);
}

static int check_link(struct kith_check *check, const Kith__Body *body, size_t i)
{
	const Kith__LinkNote *note = note_about(body, i);

	switch (check->facts->links[i].type) {
	case KITH__LINK_TYPE__LINK_TYPE_ADAPTS:
		if (!note || !note->kept || !note->changed || !note->why)
			return break_link_rule(check, i,
				"adapts: its note must say what was kept, what was changed, and "
				"why");
		return 0;
	case KITH__LINK_TYPE__LINK_TYPE_CONTRADICTS:
		if (!note || !note->note)
			return break_link_rule(
				check, i, "contradicts: needs a note that says in what");
		return 0;
	case KITH__LINK_TYPE__LINK_TYPE_TRANSLATES:
		if (!note || !note->has_method)
			return break_link_rule(check, i,
				"translates: its note must say by which method, human, machine or "
				"mixed");
		return 0;
	case KITH__LINK_TYPE__LINK_TYPE_RETRACTS:
		if (check->body->kind.number >= KITH_KIND_CONTROL_END)
			return break_link_rule(check, i, "retracts: is for control records only");
		return 0;
	default:
		return 0;
	}
}

int kith_check_links(struct kith_check *check)
{
	const Kith__Body *body = check->body->body;
	int err = check_notes(check, body);

	for (size_t i = 0; !err && i < check->facts->link_count; i++)
		err = check_link(check, body, i);
	return err;
}
