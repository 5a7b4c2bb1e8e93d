using System.Text.Json.Nodes;
using Snakepit.AspNetCore.Auth;
using Snakepit.AspNetCore.Headers;
using Snakepit.AspNetCore.Streams;

namespace Snakepit.AspNetCore.OpenApi;

/// <summary>
/// The parts of an OpenAPI document that its operations share: headers, the shape of errors, how callers show who they are. Pure.
/// </summary>
internal static class DocumentParts
{
    public const string Problem = "Problem", ProgressParameter = "Progress", Lines = StreamEndpoint.ContentType;

    public static readonly string[] ParameterNames = ["Timeout", "Idempotent", "Session", ProgressParameter];

    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    public static JsonObject Parameters() => new()
    {
        ["Timeout"] = Header(SnakepitHeaders.Timeout, "Budget of the call: 1500ms, 60s, infinite. Default: the pool's.", Text("60s")),
        ["Idempotent"] = Header(SnakepitHeaders.Idempotent, "true when running the tool twice does no harm.", Flag()),
        ["Session"] = Header(SnakepitHeaders.Session, "Name of the session that the call belongs to.", Text("user-17")),
        [ProgressParameter] = Header(
            SnakepitHeaders.Progress, "true for lines {\"$progress\": {...}} of the tool's progress between the items.", Flag()),
    };

    public static JsonObject Headers() => new()
    {
        [SnakepitHeaders.Worker] = Said("The worker that ran the call, as pool@silo#slot.generation"),
        [SnakepitHeaders.SessionMoved] = Said("Why the call did not run where its session's latest call ran"),
        [SnakepitHeaders.TotalMilliseconds] = Said("Milliseconds of the whole call; not of a stream"),
    };

    public static JsonObject AnswerHeaders()
    {
        var headers = new JsonObject();
        foreach (var (name, _) in Headers())
            headers[name] = Reference("headers", name);
        return headers;
    }

    public static JsonObject Responses() => new()
    {
        [Problem] = new JsonObject
        {
            ["description"] = "The call failed. 429 and 503 carry Retry-After when the tool surely did not run.",
            ["content"] = new JsonObject
            {
                ["application/problem+json"] = new JsonObject { ["schema"] = Reference("schemas", Problem) },
            },
        },
    };

    /// <summary>As <c>SnakepitProblems</c> writes it.</summary>
    public static JsonObject ProblemSchema() => new()
    {
        ["type"] = "object",
        ["description"] = "A problem document (RFC 9457).",
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string" },
            ["title"] = new JsonObject { ["type"] = "string" },
            ["status"] = new JsonObject { ["type"] = "integer" },
            ["detail"] = new JsonObject { ["type"] = "string" },
            ["code"] = Of("string", "What happened, for programs: tool_raised, queue_full, deadline_exceeded, …"),
            ["category"] = Of("string", "timeout, pool, worker, session, validation, python_error, link"),
            ["outcome"] = new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. Enum.GetNames<Snakepit.Errors.Outcome>().Select(name => (JsonNode)name)]),
                ["description"] = "Whether the tool ran.",
            },
            ["stage"] = new JsonObject { ["type"] = "string" },
            ["elapsedMs"] = new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject { ["type"] = "number" },
            },
            ["python"] = Of("object", "type, message and traceback of the exception"),
            ["details"] = Of("object", "More, by code"),
            ["traceId"] = Of("string", "Of the request, for the logs and traces of the silo"),
        },
        ["required"] = new JsonArray("status", "title", "code", "category", "outcome"),
    };

    public static JsonObject SecuritySchemes() => new()
    {
        ["key"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = SnakepitAuthentication.KeyHeader },
        ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
    };

    /// <summary>Either of them is enough.</summary>
    public static JsonArray Security() =>
        new(new JsonObject { ["key"] = new JsonArray() }, new JsonObject { ["bearer"] = new JsonArray() });

    private static JsonObject Header(string name, string description, JsonObject schema) => new()
    {
        ["name"] = name,
        ["in"] = "header",
        ["description"] = description,
        ["schema"] = schema,
    };

    private static JsonObject Said(string description) => new()
    {
        ["description"] = description,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Of(string type, string description) => new() { ["type"] = type, ["description"] = description };

    private static JsonObject Text(string example) => new() { ["type"] = "string", ["examples"] = new JsonArray(example) };

    private static JsonObject Flag() => new() { ["type"] = "boolean" };
}
