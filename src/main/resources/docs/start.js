// For reading only: no request can be sent from the page, and no validator is asked.
SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: "openapi.json",
  validatorUrl: null,
  supportedSubmitMethods: [],
});
