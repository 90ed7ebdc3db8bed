// Draws /docs from /openapi.json. validatorUrl null: nothing is sent to a validator outside.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", deepLinking: true, tryItOutEnabled: true, validatorUrl: null });
