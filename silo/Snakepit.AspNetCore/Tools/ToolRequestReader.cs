using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Headers;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.AspNetCore.Tools;

/// <summary>What a request wants called: a JSON object of arguments in its body, everything else in its headers.</summary>
internal static class ToolRequestReader
{
    /// <exception cref="SnakepitException">The body or a header is wrong; the message says how.</exception>
    /// <exception cref="BadHttpRequestException">The body did not come to its end.</exception>
    public static async Task<(ReadOnlyMemory<byte> Arguments, ToolCallOptions Options)> ReadAsync(
        HttpRequest request, string pool, long limit, DoorBuffer buffer, Func<TimeSpan, TimeSpan> allow)
    {
        // Headers first: a request that is refused for one of them costs no body.
        var options = new ToolCallOptions
        {
            Pool = pool,
            Timeout = Budget(request) is { } own ? allow(own) : null,
            Idempotent = IsTrue(request, SnakepitHeaders.Idempotent),
            SessionId = Session(request),
            Metadata = Metadata(request),
        };
        var arguments = await ReadBodyAsync(request, limit, buffer);
        CheckIsObject(arguments.Span);
        return (arguments.IsEmpty ? "{}"u8.ToArray() : arguments, options);
    }

    /// <summary>The header <c>Snakepit-Timeout: 1500ms</c>; null when there is none.</summary>
    private static TimeSpan? Budget(HttpRequest request)
    {
        if (request.Headers[SnakepitHeaders.Timeout].ToString() is not { Length: > 0 } text)
            return null;
        return Duration.TryParse(text) is { } budget && (budget > TimeSpan.Zero || budget == Timeout.InfiniteTimeSpan)
            ? budget
            : throw Invalid($"The header {SnakepitHeaders.Timeout} is '{text}'; expected {Duration.Forms} or infinite, more than zero.");
    }

    private static string? Session(HttpRequest request) =>
        request.Headers[SnakepitHeaders.Session].ToString() is { Length: > 0 } session ? session : null;

    /// <summary>The headers <c>Snakepit-Meta-Name: value</c> by name in lower case; null when there are none.</summary>
    private static Dictionary<string, string>? Metadata(HttpRequest request)
    {
        Dictionary<string, string>? metadata = null;
        foreach (var (header, value) in request.Headers)
        {
            if (header.StartsWith(SnakepitHeaders.MetaPrefix, StringComparison.OrdinalIgnoreCase))
                (metadata ??= [])[header[SnakepitHeaders.MetaPrefix.Length..].ToLowerInvariant()] = value.ToString();
        }

        return metadata;
    }

    /// <summary>The value of a header that is <c>true</c> or <c>false</c>; false when there is none.</summary>
    /// <exception cref="SnakepitException">It is something else.</exception>
    public static bool IsTrue(HttpRequest request, string header) => request.Headers[header].ToString() switch
    {
        "" => false,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw Invalid($"The header {header} is '{text}'; expected true or false."),
    };

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, long limit, DoorBuffer buffer)
    {
        if (request.ContentLength > limit)
            throw TooLarge($"{request.ContentLength} bytes", limit);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > limit)
                throw TooLarge($"more than {limit} bytes", limit);
            buffer.HoldBody(read.Buffer.Length);
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
