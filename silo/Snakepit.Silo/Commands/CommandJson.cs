using System.Text.Json;

namespace Snakepit.Silo.Commands;

/// <summary>How commands write JSON for people and programs.</summary>
internal static class CommandJson
{
    public static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}
