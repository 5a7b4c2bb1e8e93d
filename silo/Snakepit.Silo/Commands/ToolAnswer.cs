using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.AspNetCore.Headers;

namespace Snakepit.Silo.Commands;

/// <summary>What the headers of a silo's answer to a call say.</summary>
internal static class ToolAnswer
{
    private const string Bytes = "application/octet-stream";

    private static readonly JsonWriterOptions Format = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The times of a call, in the order in which they pass.</summary>
    public static readonly (string Name, string Header)[] Stages =
    [
        ("queue", SnakepitHeaders.QueueMilliseconds), ("dispatch", SnakepitHeaders.DispatchMilliseconds),
        ("python", SnakepitHeaders.PythonMilliseconds), ("return", SnakepitHeaders.ReturnMilliseconds),
    ];

    /// <summary>Where it ran and how long that took, in a line.</summary>
    public static string Describe(HttpResponseMessage response)
    {
        var stages = string.Join(", ", Stages.Select(stage => $"{stage.Name} {Header(response, stage.Header) ?? "?"} ms"));
        var moved = response.Headers.Contains(SnakepitHeaders.SessionMoved) ? $", {Moved(response)}" : "";
        return $"worker {Header(response, SnakepitHeaders.Worker) ?? "?"} "
            + $"(process {Header(response, SnakepitHeaders.WorkerPid) ?? "?"}): {stages}{moved}";
    }

    public static string Moved(HttpResponseMessage response) => $"session moved: {Header(response, SnakepitHeaders.SessionMoved)}";

    /// <summary>A time that a header names; 0 without it.</summary>
    public static double Milliseconds(HttpResponseMessage response, string header) =>
        double.TryParse(Header(response, header), CultureInfo.InvariantCulture, out var time) ? time : 0;

    /// <summary>The whole answer as one JSON document: the result with where it ran and the times, or the problem document.</summary>
    public static async Task<string> DocumentAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return (Read(body) ?? new JsonObject { ["status"] = (int)response.StatusCode, ["detail"] = Encoding.UTF8.GetString(body) })
                .ToJsonString(KeysFileWriting.Indented);
        }

        using var document = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(document, Format))
            Write(writer, response, body);
        return Encoding.UTF8.GetString(document.GetBuffer(), 0, (int)document.Length);
    }

    /// <summary>The code of a failed call.</summary>
    public static async Task<string> CodeAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        Read(await response.Content.ReadAsByteArrayAsync(cancellationToken))?["code"] is JsonValue code
            ? code.ToString()
            : $"http_{(int)response.StatusCode}";

    private static void Write(Utf8JsonWriter writer, HttpResponseMessage response, byte[] body)
    {
        var worker = Header(response, SnakepitHeaders.Worker);
        writer.WriteStartObject();
        writer.WritePropertyName("result");
        if (response.Content.Headers.ContentType?.MediaType == Bytes)
            writer.WriteBase64StringValue(body);
        else if (worker is not null)
            writer.WriteRawValue(body, skipInputValidation: true); // as deep as the tool has made it
        else
            writer.WriteStringValue(Encoding.UTF8.GetString(body)); // no answer of a silo: a proxy stands between
        writer.WriteString("worker", worker);
        writer.WriteNumber("workerPid", int.TryParse(Header(response, SnakepitHeaders.WorkerPid), out var pid) ? pid : 0);
        writer.WriteString("silo", worker?.Split('@', '#').ElementAtOrDefault(1));
        writer.WriteString("sessionMoved", Header(response, SnakepitHeaders.SessionMoved));
        writer.WriteStartObject("times");
        foreach (var (name, header) in Stages.Append(("total", SnakepitHeaders.TotalMilliseconds)))
            writer.WriteNumber($"{name}Ms", Milliseconds(response, header));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static JsonObject? Read(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null; // no answer of a silo: a proxy stands between
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
