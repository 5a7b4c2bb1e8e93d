using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Snakepit.Core.Options;
using Snakepit.Core.Scaling;

namespace Snakepit.Silo.Commands;

/// <summary>
/// The options as a JSON schema (draft 2020-12), from the options classes themselves: editors complete and check a file by it. It is
/// stricter than the reader in one thing: the reader also takes names in other letter case.
/// </summary>
internal static class OptionsSchema
{
    private const string DurationPattern =
        @"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d)?|([0-9]+\.)?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?|infinite)$";

    public static JsonObject Make() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Configuration of a Snakepit silo",
        ["type"] = "object",
        ["properties"] = new JsonObject { [SnakepitOptions.Section] = Section(typeof(SnakepitOptions), null) },
        ["required"] = new JsonArray(SnakepitOptions.Section),
    };

    private static JsonObject Section(Type type, string? description)
    {
        var properties = new JsonObject();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { } option)
                properties[property.Name] = Described(Value(property.PropertyType, option), option);
        }

        if (type == typeof(SnakepitOptions))
        {
            // They belong to clients, which may share a file with a silo.
            foreach (var name in new[] { "Client", "Clients" })
                properties[name] = new JsonObject { ["type"] = "object" };
        }

        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (description is not null)
            section["description"] = description;
        return section;
    }

    private static JsonObject Described(JsonObject schema, OptionAttribute option)
    {
        schema["description"] = option.DefaultText is { } text ? $"{option.Description} Default: {text}." : option.Description;
        return schema;
    }

    private static JsonObject Value(Type type, OptionAttribute option)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (type == typeof(string))
            return new JsonObject { ["type"] = "string" };
        if (type == typeof(TimeSpan))
            return new JsonObject { ["type"] = new JsonArray("integer", "number", "string"), ["pattern"] = DurationPattern };
        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
            return Number(type, option);
        if (type.IsEnum)
            return new JsonObject { ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => JsonValue.Create(name))]) };
        if (type == typeof(RogueCleanupOptions))
            return new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "boolean" }, Section(type, null)) };
        if (!type.IsGenericType)
            return Section(type, null);
        return type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? List(type.GetGenericArguments()[0], option)
            : Names(type.GetGenericArguments()[1], option);
    }

    private static JsonObject Number(Type type, OptionAttribute option)
    {
        var number = new JsonObject { ["type"] = type == typeof(double) ? "number" : "integer" };
        if (double.IsFinite(option.Min))
            number["minimum"] = Bound(option.Min);
        if (double.IsFinite(option.Max))
            number["maximum"] = Bound(option.Max);
        if (!option.ByWorkload)
            return number;
        // Bounds concern numbers alone, and the pattern texts alone.
        number["type"] = new JsonArray("integer", "string");
        number["pattern"] = $"^({string.Join('|', WorkloadSize.Names)})$";
        return number;
    }

    /// <summary>Without a fraction where there is none.</summary>
    private static JsonNode Bound(double bound) => JsonNode.Parse(bound.ToString("R", CultureInfo.InvariantCulture))!;

    private static JsonObject List(Type element, OptionAttribute option) =>
        new() { ["type"] = "array", ["items"] = Value(element, option) };

    private static JsonObject Names(Type value, OptionAttribute option) => value == typeof(string)
        ? new JsonObject
        {
            // Also as NAME=value in a list. A number or a flag is a text too.
            ["type"] = new JsonArray("object", "array"),
            ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
            ["items"] = new JsonObject { ["type"] = "string", ["pattern"] = "=" },
        }
        : new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(value, option) };
}
