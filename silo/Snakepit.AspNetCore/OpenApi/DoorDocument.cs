using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Snakepit.AspNetCore.Access;
using Snakepit.Tools;

namespace Snakepit.AspNetCore.OpenApi;

/// <summary>
/// The OpenAPI document of the HTTP door: its endpoints, which the framework describes once, and the tools, which may be others at each
/// question. Thread-safe.
/// </summary>
internal sealed class DoorDocument(IServiceProvider services)
{
    /// <summary>Of the framework's document, so that it is not the application's own.</summary>
    public const string Name = "snakepit";

    private const string About =
        "Calls tools of Python workers. Headers `Snakepit-Meta-<name>` become `context.metadata[\"<name>\"]` of the tool.";

    private string? _endpoints;

    /// <summary>Sets up the framework's part.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = static endpoint => endpoint.ActionDescriptor.EndpointMetadata.OfType<DoorVerb>().Any();
        options.AddSchemaTransformer(static (schema, context, _) =>
        {
            DocumentSchemas.Mend(schema, context.JsonTypeInfo);
            return Task.CompletedTask;
        });
    }

    /// <summary>The document.</summary>
    /// <param name="pools">The tools of the pools that the caller may use.</param>
    /// <param name="place">Where the caller sees the door.</param>
    /// <param name="authenticates">Callers need a key or a token.</param>
    public async Task<JsonObject> WriteAsync(IEnumerable<PoolTools> pools, DocumentPlace place, bool authenticates)
    {
        _endpoints ??= await EndpointsAsync();
        var document = JsonNode.Parse(_endpoints)!.AsObject();
        document["info"] = new JsonObject { ["title"] = "Snakepit", ["version"] = "v1", ["description"] = About };
        document["servers"] = new JsonArray(new JsonObject { ["url"] = place.Server });
        var components = Section(document, "components");
        components["parameters"] = DocumentParts.Parameters();
        components["headers"] = DocumentParts.Headers();
        components["responses"] = DocumentParts.Responses();
        Section(components, "schemas")[DocumentParts.Problem] = DocumentParts.ProblemSchema();
        if (authenticates)
        {
            components["securitySchemes"] = DocumentParts.SecuritySchemes();
            document["security"] = DocumentParts.Security();
        }

        var paths = Section(document, "paths");
        AddErrors(paths);
        var tools = new ToolPaths(paths, place.Prefix);
        tools.CompleteAny();
        JsonArray tags = [];
        foreach (var pool in pools)
        {
            tools.Add(pool);
            tags.Add(Tag(ToolPaths.TagOf(pool.Pool)));
        }

        tags.Add(Tag("tools"));
        tags.Add(Tag("management"));
        document["tags"] = tags;
        return document;
    }

    /// <summary>Pages show groups in the order of the tags.</summary>
    private static JsonNode Tag(string name) => new JsonObject { ["name"] = name };

    private async Task<string> EndpointsAsync()
    {
        var provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        return await (await provider.GetOpenApiDocumentAsync()).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
    }

    private static void AddErrors(JsonObject paths)
    {
        foreach (var operation in paths.SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!.AsObject()))
        {
            var responses = Section(operation, "responses");
            responses["4XX"] = DocumentParts.Reference("responses", DocumentParts.Problem);
            responses["5XX"] = DocumentParts.Reference("responses", DocumentParts.Problem);
        }
    }

    private static JsonObject Section(JsonObject node, string name)
    {
        if (node[name] is JsonObject section)
            return section;
        var made = new JsonObject();
        node[name] = made;
        return made;
    }
}

/// <summary>Where a caller sees the door.</summary>
/// <param name="Server">Base of all paths: the application's, or <c>/</c>.</param>
/// <param name="Prefix">Of the group in which the door is mapped; empty for none.</param>
internal readonly record struct DocumentPlace(string Server, string Prefix);
