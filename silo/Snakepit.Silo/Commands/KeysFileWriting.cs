using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Commands;

/// <summary>Adds an entry to a file of keys. Silos that read the file see it before or after, and nothing between.</summary>
internal static class KeysFileWriting
{
    /// <summary>As people write such files.</summary>
    public static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonDocumentOptions Tolerant = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <exception cref="StartupException">The file has a key of that name, is none of keys, or cannot be written.</exception>
    public static void Add(string path, string name, JsonObject entry)
    {
        try
        {
            var keys = Read(path);
            if (keys.Any(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
                throw new StartupException($"{path} has a key '{name}' already. Choose another name, or take that entry out.");
            keys.Add(name, entry);
            Write(path, keys.ToJsonString(Indented) + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The key was not made: {path} cannot be written: {error.Message}", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new StartupException($"The key was not made: {path} is no JSON object of keys: {error.Message}", error);
        }
    }

    private static JsonObject Read(string path) => File.Exists(path)
        ? JsonNode.Parse(File.ReadAllText(path), documentOptions: Tolerant)!.AsObject()
        : [];

    /// <summary>Writes beside it and renames.</summary>
    private static void Write(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var beside = $"{path}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(beside, options))
            writer.Write(text);
        File.Move(beside, path, overwrite: true);
    }
}
