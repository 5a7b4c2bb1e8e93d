using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.Silo.Http;

/// <summary><c>POST /v1/pools/{pool}/tools/{tool}</c>: a JSON object of arguments in, the tool's result out.</summary>
internal static class ToolEndpoints
{
    public const string TimeoutHeader = "Snakepit-Timeout";

    /// <summary><c>true</c>: running the tool twice does no harm.</summary>
    public const string IdempotentHeader = "Snakepit-Idempotent";

    public static void MapTools(this IEndpointRouteBuilder app) =>
        app.MapPost("/v1/pools/{pool}/tools/{tool}", ExecuteAsync);

    private static async Task<IResult> ExecuteAsync(string pool, string tool, HttpContext http, ISnakepitClient client, SnakepitOptions options)
    {
        try
        {
            var arguments = await ReadBodyAsync(http.Request, options.MaxRequestBytes);
            CheckIsObject(arguments.Span);
            var call = new ToolCallOptions { Pool = pool, Timeout = Budget(http.Request), Idempotent = IsIdempotent(http.Request) };
            var result = await client.ExecuteJsonAsync(tool, arguments.IsEmpty ? "{}"u8.ToArray() : arguments, call, http.RequestAborted);
            AddHeaders(http.Response, result);
            return Body(result);
        }
        catch (SnakepitException error)
        {
            return Problems.From(http, error.Failure);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(Problems.ClientClosedRequest); // for the log; nobody reads it
        }
    }

    /// <summary>The header <c>Snakepit-Timeout: 1500ms</c>; null when there is none.</summary>
    private static TimeSpan? Budget(HttpRequest request)
    {
        if (request.Headers[TimeoutHeader].ToString() is not { Length: > 0 } text)
            return null;
        return Duration.TryParse(text) is { } budget && (budget > TimeSpan.Zero || budget == Timeout.InfiniteTimeSpan)
            ? budget
            : throw Invalid($"The header {TimeoutHeader} is '{text}'; expected {Duration.Forms} or infinite, more than zero.");
    }

    private static bool IsIdempotent(HttpRequest request) => request.Headers[IdempotentHeader].ToString() switch
    {
        "" => false,
        var text when bool.TryParse(text, out var idempotent) => idempotent,
        var text => throw Invalid($"The header {IdempotentHeader} is '{text}'; expected true or false."),
    };

    private static IResult Body(ToolResult result)
    {
        if (result.Bytes is { } bytes)
            return Results.Bytes(bytes, "application/octet-stream");
        return result.Attachments.Count > 0
            ? Results.Text(result.WithBytesInline()!.ToJsonString(), "application/json")
            : Results.Bytes(result.Json, "application/json");
    }

    private static void AddHeaders(HttpResponse response, ToolResult result)
    {
        var times = result.Times;
        var headers = response.Headers;
        headers["Snakepit-Worker"] = result.Worker;
        headers["Snakepit-Worker-Pid"] = result.WorkerPid.ToString(CultureInfo.InvariantCulture);
        headers["Snakepit-Queue-Ms"] = Milliseconds(times.Queue);
        headers["Snakepit-Dispatch-Ms"] = Milliseconds(times.Dispatch);
        headers["Snakepit-Python-Ms"] = Milliseconds(times.Python);
        headers["Snakepit-Total-Ms"] = Milliseconds(times.Total);
        headers["Server-Timing"] = $"queue;dur={Milliseconds(times.Queue)}, dispatch;dur={Milliseconds(times.Dispatch)}, python;dur={Milliseconds(times.Python)}, total;dur={Milliseconds(times.Total)}";
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, long limit)
    {
        if (request.ContentLength > limit)
            throw TooLarge($"{request.ContentLength} bytes", limit);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > limit)
                throw TooLarge($"more than {limit} bytes", limit);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static void CheckIsObject(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            return;
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Invalid($"The body is {Kind(reader.TokenType)}; a tool takes a JSON object of named arguments.");
            reader.Skip();
            if (reader.Read())
                throw Invalid("The body goes on after its JSON object.");
        }
        catch (JsonException error)
        {
            throw Invalid($"The body is no JSON: {error.Message}");
        }
    }

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "a JSON array",
        JsonTokenType.String => "a JSON string",
        JsonTokenType.Number => "a JSON number",
        JsonTokenType.Null => "null",
        _ => "no JSON object",
    };

    private static SnakepitException Invalid(string message) => new(SnakepitErrorCode.InvalidRequest, message);

    private static SnakepitException TooLarge(string size, long limit) => new(
        SnakepitErrorCode.RequestTooLarge, $"The body has {size}; Snakepit:MaxRequestBytes is {limit}. Raise it or send less.");
}
