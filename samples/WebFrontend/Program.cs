using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Snakepit.AspNetCore;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Samples.WebFrontend;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.UseDefaultUrl("http://127.0.0.1:8480");

// One line makes this application a client of the cluster; the section Snakepit:Client says where its gateways are.
builder.AddSnakepitClient(client => client.DefaultTimeout = TimeSpan.FromSeconds(20));

// A failed call is answered with its status and a problem document. This page shows all of it, tracebacks too; the default tells less.
builder.Services.AddSnakepitProblemDetails(problems => problems.Detail = ErrorDetail.Full);
builder.Services.AddExceptionHandler<RefusedUploads>();

// One trace leads from the browser's request through this application into Python; a collector gets this part of it from here.
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
{
    builder.Services.AddOpenTelemetry()
        .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource("Snakepit").AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddMeter("Snakepit").AddOtlpExporter());
}

builder.Services.AddSingleton<SampleData>();
builder.Services.AddSingleton<PoolWatch>();

var app = builder.Build();
app.UseExceptionHandler();
app.UsePage();

// Text in, a typed result out. Properties become the tool's keyword arguments.
app.MapPost("/api/documents", async (HttpRequest request, ISnakepitClient client, CancellationToken cancelled) =>
{
    var text = await Upload.ReadTextAsync(request, cancelled);
    var result = await client.ExecuteAsync("analyse_document", new { text }, new ToolCallOptions { Idempotent = true }, cancelled);
    return Answer.From<DocumentAnalysis>(result);
}).WithMetadata(Upload.DocumentLimit);

// Bytes travel beside the JSON as attachments, and come back as byte[].
app.MapPost("/api/images", async (HttpRequest request, ISnakepitClient client, CancellationToken cancelled) =>
{
    var options = new ToolCallOptions { Idempotent = true }.Attach("image", await Upload.ReadBytesAsync(request, cancelled));
    var result = await client.ExecuteAsync("analyse_image", new { colours = 6 }, options, cancelled);
    return Answer.From<ImageAnalysis>(result);
}).WithMetadata(Upload.ImageLimit);

app.MapGet("/api/pool", (PoolWatch pool) => pool.ReadAsync("default"));
app.MapGet("/api/samples", (SampleData samples) => samples.Index);
app.MapGet("/api/samples/{kind}/{name}", (string kind, string name, SampleData samples) => samples.Find(kind, name));
app.MapGet("/health", () => new { status = "ok" });

app.Run();
