using System.Text.Json;

namespace Snakepit.Silo.Generating;

/// <summary>The files of a new adapter, from the template that the program carries (<c>Template/</c>).</summary>
internal static class AdapterFiles
{
    private const string Prefix = "template/", NameInTemplate = "newadapter", BridgeInTemplate = "\"BRIDGE_FOLDER\"";

    /// <summary>Path and text of each file, by path.</summary>
    /// <param name="name">The package's name.</param>
    /// <param name="bridgeFolder">Folder in which <c>snakepit_bridge</c> is, for tests outside of a worker.</param>
    public static IReadOnlyList<(string Path, string Text)> Of(string name, string bridgeFolder) =>
    [
        .. from resource in typeof(AdapterFiles).Assembly.GetManifestResourceNames()
           where resource.StartsWith(Prefix, StringComparison.Ordinal)
           let path = resource[Prefix.Length..].Replace('\\', '/')
           let text = Fill(Read(resource), name)
               .Replace(BridgeInTemplate, JsonSerializer.Serialize(bridgeFolder), StringComparison.Ordinal) // Python reads it as JSON does
           orderby path
           select (Fill(path == "gitignore" ? ".gitignore" : path, name), text),
    ];

    private static string Fill(string text, string name) => text.Replace(NameInTemplate, name, StringComparison.Ordinal);

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(AdapterFiles).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
