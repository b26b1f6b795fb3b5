/* qr.h - a QR code as an SVG picture, for the printed board. */
#ifndef WORKRELIEF_GATEWAY_QR_H
#define WORKRELIEF_GATEWAY_QR_H

#include <stdbool.h>
#include <stdio.h>

#include "common/base/attribute.h"

/* label: what the picture is, for who cannot see it. False: the text is too long for any code, or there is no memory. */
bool qr_svg(FILE *out, const char *text, const char *label) MUST_CHECK;

#endif
