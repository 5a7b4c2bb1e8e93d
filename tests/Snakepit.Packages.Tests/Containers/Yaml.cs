using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests.Containers;

/// <summary>Reads YAML with the Python that tests have.</summary>
internal static class Yaml
{
    private static readonly string Reader = Path.Combine(Places.Root, "tests", "Snakepit.Packages.Tests", "Containers", "read.py");

    /// <param name="file">The file.</param>
    /// <param name="schema">JSON schema that it has to fit.</param>
    public static async Task<JsonArray> ReadAsync(string file, string? schema = null)
    {
        string[] command = schema is null ? [Shell.Python, Reader, file] : [Shell.Python, Reader, file, schema];
        return JsonNode.Parse(await Shell.RunAsync(Places.Root, command))!.AsArray();
    }
}
