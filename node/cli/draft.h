/*
 * draft.h: drafts on their way from a file to the node, and complaints on their way back to the
 * line.
 */
#ifndef KITH_CLI_DRAFT_H
#define KITH_CLI_DRAFT_H

#include "node/cli/ask.h"
#include "node/cli/text_form.h"

#define KITH_DRAFT_MAX_BYTES (1u << 20) /* of a file; a record has at most 64 KiB */

struct kith_draft {
	const char *name;           /* of the file, for complaints; borrowed */
	struct kith_text_form form; /* draft, and the lines its fields stand in */
	char *envelope;             /* base64: the record is signed already; then form is empty */
};

/* Reads the text form or JSON (what begins with '{'): a draft, or an object with an envelope.
 * Complains and returns an exit code. */
KITH_MUST_CHECK int kith_draft_parse(struct kith_cli *cli, const char *name, const char *text,
	size_t len, struct kith_draft *out);
/* The same from a file, or standard input for "-". */
KITH_MUST_CHECK int kith_draft_read(struct kith_cli *cli, const char *path, struct kith_draft *out);
void kith_draft_clear(struct kith_draft *draft);

/* Publishes; *result is what record.publish says of it. */
KITH_MUST_CHECK int kith_draft_publish(
	struct kith_cli *cli, struct kith_draft *draft, json_t **result);
/* Holds it to the rules, with the node if one answers, else alone; *result is what record.check
 * says. */
KITH_MUST_CHECK int kith_draft_check(
	struct kith_cli *cli, struct kith_draft *draft, json_t **result);

/* Publishes a draft as record.publish takes it, which is stolen, and tells of it. */
KITH_MUST_CHECK int kith_draft_publish_json(struct kith_cli *cli, json_t *json);

/* Tells of what record.publish says was published: prints the id or, with --json, all; on standard
 * error what the node mentions about it and, on a terminal, who can read it. */
void kith_draft_tell(struct kith_cli *cli, const struct kith_draft *draft, const json_t *result);
/* Only what the node mentions, also of a draft that was checked. */
void kith_draft_advise(
	struct kith_cli *cli, const struct kith_draft *draft, const json_t *result);

/* "file:12: place.country must be …"; returns KITH_EXIT_REFUSED. */
int kith_draft_complain(
	struct kith_cli *cli, const struct kith_draft *draft, const char *field, const char *rule);

#endif
