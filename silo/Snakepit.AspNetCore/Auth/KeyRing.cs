using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Snakepit.Core.Access;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.AspNetCore.Auth;

/// <summary>The API keys that count now: those of the options, and those of the file. Thread-safe.</summary>
internal sealed class KeyRing
{
    private readonly KeyTable _own = new([]);

    /// <exception cref="Snakepit.Hosting.Failures.StartupException">The file cannot be used.</exception>
    public KeyRing(SnakepitOptions options)
    {
        var http = options.Http;
        if (http.KeysFile is { } path)
        {
            File = new WatchedFile<KeyTable>(
                "Snakepit:Http:KeysFile", path, bytes => KeysFile.Read(http, Parse(bytes, Path.GetFileName(path))));
        }
        else
        {
            _own = KeysFile.Read(http, null);
        }
    }

    /// <summary>Null when the options name no file.</summary>
    public WatchedFile<KeyTable>? File { get; }

    public ApiKey? Find(string text) => (File?.Content ?? _own).Find(text);

    private static ConfigNode Parse(byte[] bytes, string name)
    {
        try
        {
            using var stream = new MemoryStream(bytes);
            var root = new ConfigurationBuilder().AddJsonStream(stream).Build();
            return ConfigNode.FromFlat(name, root.AsEnumerable());
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or JsonException)
        {
            throw new FormatException($"it is no JSON object: {error.GetBaseException().Message}", error);
        }
    }
}
