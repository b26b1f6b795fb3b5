/* site_pages.h - pages the gateway itself writes; they ask the services and wait, so one thread beside the listener makes them. */
#ifndef WORKRELIEF_GATEWAY_SITE_PAGES_H
#define WORKRELIEF_GATEWAY_SITE_PAGES_H

#include "services/gateway/http.h"

void site_page(struct runtime *runtime, const char *path, struct http_answer *reply);
/* Ends the connections the pages opened. */
void site_pages_close(void);

#endif
