using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;

namespace Snakepit.AspNetCore.OpenApi;

/// <summary>
/// Makes the schemas that the framework writes for the door's documents say what the door sends. The framework reads the application's
/// JSON options; the door has its own (<c>StatusDocument.Json</c>): enumerations by name, numbers as numbers, nothing for null.
/// </summary>
internal static class DocumentSchemas
{
    public static void Mend(OpenApiSchema schema, JsonTypeInfo info)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. Enum.GetNames(type).Select(name => (JsonNode)name)];
        }
        else if (schema.Type is { } kinds && (kinds & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0)
        {
            schema.Type = kinds & ~JsonSchemaType.String;
            schema.Pattern = null;
        }

        foreach (var property in info.Properties.Where(property => property.IsGetNullable))
            schema.Required?.Remove(property.Name);
    }
}
