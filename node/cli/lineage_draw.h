/*
 * lineage_draw.h: the tree of report.lineage as a drawing, for Graphviz or as SVG. The SVG stands
 * for itself: no script, no font, nothing to fetch.
 */
#ifndef KITH_CLI_LINEAGE_DRAW_H
#define KITH_CLI_LINEAGE_DRAW_H

#include <jansson.h>

#include "node/cli/str.h"

/* Where a box leads: adds an address, or returns false. */
struct kith_lineage_links {
	bool (*add)(void *ctx, const char *id, struct kith_str *out);
	void *ctx;
};

/* page is the result of report.lineage; links may be NULL. */
void kith_lineage_dot(const json_t *page, struct kith_str *out);
void kith_lineage_svg(
	const json_t *page, const struct kith_lineage_links *links, struct kith_str *out);

/* Text as XML and HTML take it, in elements and attributes; controls are shown escaped. */
void kith_add_xml(struct kith_str *out, const char *text);

#endif
