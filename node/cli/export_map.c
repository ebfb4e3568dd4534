/*
 * export_map.c: the map of a site: an SVG with a rough outline of the land, a grid of degrees, and
 * a dot for each place that records name by latitude and longitude. Degrees are as long in every
 * direction as they are at the middle of the map (equirectangular).
 *
 * Places within a few kilometres are one dot. What is held is bounded by the number of places, and
 * that by SPOTS_MAX.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/export_site.h"
#include "node/cli/lineage_draw.h"

#define SPOTS_MAX  5000
#define LISTED_MAX 20   /* records named at one place */
#define NAMED_MAX  40   /* places, up to which their names stand beside the dots */
#define WIDTH      960  /* of the drawing */
#define SPAN_MIN   12.0 /* degrees of latitude, around one place */

struct spot {
	double lat, lon;
	char *name;              /* of the place, as the first record calls it */
	char country[3];         /* "": none */
	struct kith_str records; /* list items */
	size_t count;
};

struct kith_site_map {
	struct spot *spots;
	size_t count, room;
	json_t *index; /* rounded place -> position in spots */
	size_t undrawn;
};

/* What the drawing shows. */
struct view {
	double west, north;  /* its corner */
	double across, down; /* pixels a degree */
	double height;
	double span_lat, span_lon;
};

/* ---- places ---------------------------------------------------------------------------------- */

static struct spot *new_spot(struct kith_site_map *map, double lat, double lon, const json_t *body)
{
	const char *country = kith_json_get_text(json_object_get(body, "place"), "country");
	struct kith_str name;
	struct spot *spot;

	if (map->count == map->room) {
		map->room = map->room ? 2 * map->room : 64;
		map->spots = kith_need(realloc(map->spots, map->room * sizeof(*map->spots)));
	}
	spot = &map->spots[map->count++];
	*spot = (struct spot){.lat = lat, .lon = lon};
	kith_str_init(&name);
	kith_add_place(&name, body);
	if (!name.len)
		kith_str_addf(&name, "%ld°%c, %ld°%c", labs(lround(lat)), lat < 0 ? 'S' : 'N',
			labs(lround(lon)), lon < 0 ? 'W' : 'E');
	spot->name = name.s;
	if (strlen(country) == 2 && kith_site_is_name(country))
		memcpy(spot->country, country, 3);
	kith_str_init(&spot->records);
	return spot;
}

static struct spot *find_spot(struct kith_site_map *map, double lat, double lon, const json_t *body)
{
	const json_t *at;
	char key[64];

	snprintf(key, sizeof(key), "%ld %ld", lround(lat * 20), lround(lon * 20));
	at = json_object_get(map->index, key);
	if (at)
		return &map->spots[json_integer_value(at)];
	if (map->count == SPOTS_MAX)
		return NULL;
	kith_json_set(map->index, key, json_integer((json_int_t)map->count));
	return new_spot(map, lat, lon, body);
}

void kith_site_map_record(struct kith_export *export, const json_t *record)
{
	const json_t *body = json_object_get(record, "body");
	const json_t *place = json_object_get(body, "place");
	const json_t *lat = json_object_get(place, "lat"), *lon = json_object_get(place, "lon");
	struct kith_site_map *map = export->site->map;
	struct spot *spot;

	if (!map) {
		map = export->site->map = kith_need_new(1, sizeof(*map));
		map->index = kith_need_json(json_object());
	}
	if (!json_is_number(lat) || !json_is_number(lon))
		return;
	spot = find_spot(map, json_number_value(lat), json_number_value(lon), body);
	if (!spot) {
		map->undrawn++;
		return;
	}
	if (spot->count++ >= LISTED_MAX)
		return;
	kith_str_add(&spot->records, "<li>");
	kith_site_add_link(export, &spot->records, kith_json_get_text(record, "id"),
		kith_caption(record), kith_json_get_text(record, "lang"), "r/");
	kith_str_add(&spot->records, "</li>\n");
}

void kith_site_map_clear(struct kith_site *site)
{
	struct kith_site_map *map = site->map;

	if (!map)
		return;
	for (size_t i = 0; i < map->count; i++) {
		free(map->spots[i].name);
		kith_str_clear(&map->spots[i].records);
	}
	free(map->spots);
	json_decref(map->index);
	free(map);
	site->map = NULL;
}

/* ---- what is shown --------------------------------------------------------------------------- */

static double within(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

/* All places with some room around them; all land when there are none. */
static struct view choose_view(const struct kith_site_map *map)
{
	double south = -56, north = 78, west = -170, east = 180, shrink;
	struct view view = {0};

	for (size_t i = 0; map && i < map->count; i++) {
		const struct spot *spot = &map->spots[i];

		south = i && south < spot->lat ? south : spot->lat;
		north = i && north > spot->lat ? north : spot->lat;
		west = i && west < spot->lon ? west : spot->lon;
		east = i && east > spot->lon ? east : spot->lon;
	}
	view.span_lat = within((north - south) * 1.25, SPAN_MIN, 180);
	shrink = cos(within((north + south) / 2, -70, 70) * acos(-1.0) / 180);
	view.span_lon = within((east - west) * 1.25, view.span_lat * 1.3 / shrink, 360);
	view.span_lat = within(view.span_lon * shrink / 2.4, view.span_lat, 180);
	view.across = WIDTH / view.span_lon;
	view.down = view.across / shrink;
	view.height = view.span_lat * view.down;
	view.west = (east + west - view.span_lon) / 2;
	view.north = (north + south + view.span_lat) / 2;
	return view;
}

/* Whole pixels, which every locale writes alike. */
static long x_of(const struct view *view, double lon)
{
	return lround((lon - view->west) * view->across);
}

static long y_of(const struct view *view, double lat)
{
	return lround((view->north - lat) * view->down);
}

/* ---- the drawing ----------------------------------------------------------------------------- */

static void add_land(const struct view *view, struct kith_str *out)
{
	const short *points;
	size_t count;

	for (size_t i = 0; (points = kith_site_outline(i, &count)); i++) {
		kith_str_add(out, "<path class=\"land\" d=\"M");
		for (size_t at = 0; at < count; at++)
			kith_str_addf(out, " %ld %ld", x_of(view, points[2 * at] / 10.0),
				y_of(view, points[2 * at + 1] / 10.0));
		kith_str_add(out, "Z\"/>\n");
	}
}

static void add_grid(const struct view *view, struct kith_str *out)
{
	static const int steps[] = {1, 2, 5, 10, 15, 30};
	long height = lround(view->height);
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) && steps[i] < view->span_lon / 9)
		i++;
	for (int lon = -180; lon <= 180; lon += steps[i])
		if (lon > view->west && lon < view->west + view->span_lon)
			kith_str_addf(out,
				"<path class=\"grid\" d=\"M%ld 0V%ld\"/><text x=\"%ld\" y=\"%ld\">"
				"%d°%s</text>\n",
				x_of(view, lon), height, x_of(view, lon) + 3, height - 5, abs(lon),
				lon < 0     ? "W"
				: lon % 180 ? "E"
					    : "");
	for (int lat = -90; lat <= 90; lat += steps[i])
		if (lat < view->north && lat > view->north - view->span_lat)
			kith_str_addf(out,
				"<path class=\"grid\" d=\"M0 %ldH%d\"/><text x=\"4\" y=\"%ld\">"
				"%d°%s</text>\n",
				y_of(view, lat), WIDTH, y_of(view, lat) - 3, abs(lat),
				lat < 0 ? "S"
				: lat   ? "N"
					: "");
}

/* "Kavala, GR: 5 records" */
static void add_dot(const struct view *view, const struct spot *spot, size_t i, bool named,
	struct kith_str *out)
{
	long x = x_of(view, spot->lon), y = y_of(view, spot->lat);

	kith_str_addf(out, "<a href=\"#place-%zu\"><title>", i + 1);
	kith_add_xml(out, spot->name);
	kith_str_addf(out,
		": %zu record%s</title><circle class=\"dot\" cx=\"%ld\" cy=\"%ld\" r=\"6\"/>",
		spot->count, spot->count == 1 ? "" : "s", x, y);
	if (named) {
		bool left = x > WIDTH * 4 / 5;

		kith_str_addf(out, "<text class=\"name\" x=\"%ld\" y=\"%ld\" text-anchor=\"%s\">",
			left ? x - 10 : x + 10, y + 4, left ? "end" : "start");
		kith_add_xml(out, spot->name);
		kith_str_add(out, "</text>");
	}
	kith_str_add(out, "</a>\n");
}

static void add_drawing(const struct kith_site_map *map, struct kith_str *out)
{
	struct view view = choose_view(map);

	kith_str_addf(out,
		"<svg class=\"map\" xmlns=\"http://www.w3.org/2000/svg\" "
		"viewBox=\"0 0 %d %ld\" role=\"img\" aria-label=\"Map of the places below\">\n",
		WIDTH, lround(view.height));
	add_land(&view, out);
	add_grid(&view, out);
	for (size_t i = 0; map && i < map->count; i++)
		add_dot(&view, &map->spots[i], i, map->count <= NAMED_MAX, out);
	kith_str_add(out, "</svg>\n");
}

/* ---- the page -------------------------------------------------------------------------------- */

static void add_places(const struct kith_site_map *map, struct kith_str *out)
{
	for (size_t i = 0; map && i < map->count; i++) {
		const struct spot *spot = &map->spots[i];

		kith_str_addf(out, "<section id=\"place-%zu\">\n<h2>", i + 1);
		kith_add_xml(out, spot->name);
		kith_str_add(out, "</h2>\n<ul>\n");
		kith_str_add_n(out, spot->records.s, spot->records.len);
		kith_str_add(out, "</ul>\n");
		if (spot->count > LISTED_MAX && *spot->country)
			kith_str_addf(out,
				"<p>and %zu more, <a href=\"country-%s.html\">in %s</a></p>\n",
				spot->count - LISTED_MAX, spot->country, spot->country);
		else if (spot->count > LISTED_MAX)
			kith_str_addf(out,
				"<p>and %zu more, <a href=\"index.html\">among all</a></p>\n",
				spot->count - LISTED_MAX);
		kith_str_add(out, "</section>\n");
	}
}

int kith_site_map_end(struct kith_export *export)
{
	const struct kith_site_map *map = export->site->map;
	struct kith_str *out = &export->text;

	kith_site_head(out, "Map", "");
	kith_str_add(out, "<main class=\"wide\">\n<h1>Map</h1>\n");
	if (!map || !map->count)
		kith_str_add(out, "<p>No record says where it is by latitude and longitude.</p>\n");
	add_drawing(map, out);
	kith_str_add(out, "<p class=\"meta\">The land is a rough outline and shows no borders. "
			  "Records without latitude and longitude are not on the map.</p>\n");
	if (map && map->undrawn)
		kith_str_addf(out, "<p>%zu more records lie at places beyond the first %d.</p>\n",
			map->undrawn, SPOTS_MAX);
	add_places(map, out);
	kith_str_add(out, "</main>\n");
	kith_site_foot(out);
	return kith_site_write(export, "map.html", out);
}
