using System.Text.Json.Nodes;
using Snakepit.Tools;

namespace Snakepit.AspNetCore.OpenApi;

/// <summary>
/// Writes the tools of pools into the paths of an OpenAPI document, each under its own path with its own schemas. The schemas go in as
/// the workers wrote them: OpenAPI 3.1 takes JSON Schema whole. Pure.
/// </summary>
/// <param name="paths">The object <c>paths</c> of the document.</param>
/// <param name="prefix">Where the door is mapped; empty for the root.</param>
internal sealed class ToolPaths(JsonObject paths, string prefix)
{
    private const string Json = "application/json", Bytes = "application/octet-stream";

    private const string Items = "One line of JSON for each item. A failure after the first item is a last line `{\"$error\": problem}`.";

    /// <summary>The door refuses longer names.</summary>
    private const int LongestName = 256;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public static string TagOf(string pool) => $"pool {pool}";

    /// <summary>
    /// What the framework cannot know of the two paths that serve every tool: the headers and the body. Callers need them for adapters that
    /// take any name.
    /// </summary>
    public void CompleteAny()
    {
        foreach (var isStream in new[] { false, true })
        {
            if (paths[$"{prefix}/v1/pools/{{pool}}/tools/{{tool}}{(isStream ? "/stream" : "")}"]?["post"] is not JsonObject operation)
                continue;
            var parameters = operation["parameters"] as JsonArray ?? [];
            foreach (var parameter in Parameters(isStream))
                parameters.Add(parameter!.DeepClone());
            operation["requestBody"] = new JsonObject { ["content"] = Content(Json, new JsonObject { ["type"] = "object" }) };
            operation["responses"] = Responses([], isStream);
        }
    }

    public void Add(PoolTools pool)
    {
        foreach (var tool in pool.Tools.Where(tool => tool.Name.Length is > 0 and <= LongestName))
        {
            var path = $"{prefix}/v1/pools/{Uri.EscapeDataString(pool.Pool)}/tools/{Uri.EscapeDataString(tool.Name)}";
            if (!tool.StreamOnly)
                paths[path] = new JsonObject { ["post"] = Operation(pool.Pool, tool, isStream: false) };
            if (tool.SupportsStreaming)
                paths[$"{path}/stream"] = new JsonObject { ["post"] = Operation(pool.Pool, tool, isStream: true) };
        }
    }

    private JsonObject Operation(string pool, ToolDescription tool, bool isStream)
    {
        var operation = new JsonObject
        {
            ["operationId"] = Id(isStream ? $"{pool}.{tool.Name}.stream" : $"{pool}.{tool.Name}"),
            ["tags"] = new JsonArray(TagOf(pool)),
            ["summary"] = Line(tool),
            ["description"] = Description(tool),
            ["parameters"] = Parameters(isStream),
            ["requestBody"] = Body(tool),
            ["responses"] = Responses(JsonNode.Parse(tool.ResultSchema)!.AsObject(), isStream),
        };
        if (tool.Idempotent)
            operation["x-snakepit-idempotent"] = true;
        return operation;
    }

    /// <summary>A document may not have an id twice, and the names of pools and tools may have dots.</summary>
    private string Id(string wanted)
    {
        var id = wanted;
        for (var number = 2; !_ids.Add(id); number++)
            id = $"{wanted}-{number}";
        return id;
    }

    private static string Line(ToolDescription tool)
    {
        var line = tool.Summary.Split('\n')[0].Trim();
        return line.Length > 0 ? line : tool.Name;
    }

    private static string Description(ToolDescription tool)
    {
        string[] parts =
        [
            tool.Documentation,
            tool.Signature.Length > 0 ? $"`{tool.Name}{tool.Signature}`" : "",
            tool.Idempotent ? "May run twice." : "",
            .. tool.Notes,
        ];
        return string.Join("\n\n", parts.Where(part => part.Length > 0));
    }

    private static JsonArray Parameters(bool isStream)
    {
        JsonArray parameters = [];
        foreach (var name in DocumentParts.ParameterNames.Where(name => isStream || name != DocumentParts.ProgressParameter))
            parameters.Add((JsonNode)DocumentParts.Reference("parameters", name));
        return parameters;
    }

    private static JsonObject Body(ToolDescription tool)
    {
        var schema = JsonNode.Parse(tool.ArgumentsSchema)!.AsObject();
        return new JsonObject
        {
            ["required"] = schema["required"] is JsonArray { Count: > 0 },
            ["content"] = Content(Json, schema),
        };
    }

    private static JsonObject Responses(JsonObject schema, bool isStream)
    {
        var (type, description) = isStream ? (DocumentParts.Lines, Items)
            : IsBytes(schema) ? (Bytes, "The bytes that the tool returned")
            : (Json, "What the tool returned");
        return new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = description,
                ["headers"] = DocumentParts.AnswerHeaders(),
                ["content"] = Content(type, type == Bytes ? [] : schema),
            },
            ["4XX"] = DocumentParts.Reference("responses", DocumentParts.Problem),
            ["5XX"] = DocumentParts.Reference("responses", DocumentParts.Problem),
        };
    }

    /// <summary>A result that is nothing but bytes is the body of the answer; see <c>ToolEndpoints</c>.</summary>
    private static bool IsBytes(JsonObject schema) => (string?)schema["contentEncoding"] == "base64";

    private static JsonObject Content(string type, JsonObject schema) =>
        new() { [type] = new JsonObject { ["schema"] = schema } };
}
