// Draws /docs from /openapi.json. validatorUrl null: nothing is sent to a validator outside.
SwaggerUIBundle({
  url: "openapi.json", dom_id: "#docs", deepLinking: true, tryItOutEnabled: true, validatorUrl: null,
  // Its label has no words of its own.
  onComplete: () => document.getElementById("servers")?.setAttribute("aria-label", "Server"),
});
