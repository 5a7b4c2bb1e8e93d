using System.Globalization;
using Microsoft.Extensions.Configuration;
using Snakepit.Execution;

namespace Snakepit.Client.Connections;

/// <summary>
/// Reads a client's section of the configuration. The framework's binder stops at the first value that it cannot read and passes over
/// names that it does not know; here each of both is a sentence for the validator, so that all mistakes are reported together.
/// </summary>
internal static class ClientSection
{
    private static readonly Dictionary<string, Reader> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Gateways"] = ReadGateways,
        ["ConnectionString"] = (entry, options) => Text(entry, options, value => options.ConnectionString = value),
        ["ConnectionName"] = (entry, options) => Text(entry, options, value => options.ConnectionName = value),
        ["ClusterId"] = (entry, options) => Text(entry, options, value => options.ClusterId = value),
        ["ServiceId"] = (entry, options) => Text(entry, options, value => options.ServiceId = value),
        ["DefaultPool"] = (entry, options) => Text(entry, options, value => options.DefaultPool = value),
        ["DefaultTimeout"] = (entry, options) => ReadDuration(entry, options, value => options.DefaultTimeout = value),
        ["ConnectTimeout"] = (entry, options) => ReadDuration(entry, options, value => options.ConnectTimeout = value),
        ["MaxAttempts"] = ReadMaxAttempts,
        ["SecretFile"] = (entry, options) => Text(entry, options, value => options.SecretFile = value),
        ["AllowInsecure"] = ReadAllowInsecure,
        ["Tls"] = ReadTls,
    };

    private static readonly Dictionary<string, Action<SnakepitClientTls, string>> TlsFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CertificateFile"] = (tls, path) => tls.CertificateFile = path,
        ["KeyFile"] = (tls, path) => tls.KeyFile = path,
        ["AuthorityFile"] = (tls, path) => tls.AuthorityFile = path,
    };

    /// <summary>Sets what the section says. Mistakes are noted in the options.</summary>
    public static void Read(IConfigurationSection section, SnakepitClientOptions options)
    {
        if (section.Value is { Length: > 0 })
            options.Mistakes.Add($"{section.Path} is a value; expected a section with {Names}.");
        foreach (var entry in section.GetChildren())
        {
            if (Readers.TryGetValue(entry.Key, out var read))
                read(entry, options);
            else
                options.Mistakes.Add($"{entry.Path} is no option of a client; known here: {Names}.");
        }
    }

    private delegate void Reader(IConfigurationSection entry, SnakepitClientOptions options);

    private static string Names => string.Join(", ", Readers.Keys);

    /// <summary>A list, or one text with commas: environment variables are easier to write that way.</summary>
    private static void ReadGateways(IConfigurationSection entry, SnakepitClientOptions options) =>
        options.Gateways = entry.Value is { } text
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. entry.GetChildren().Select(child => child.Value ?? "")];

    private static void ReadMaxAttempts(IConfigurationSection entry, SnakepitClientOptions options) => Text(entry, options, text =>
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            options.MaxAttempts = number;
        else
            options.Mistakes.Add($"{entry.Path} is {Mistake.Shown(text)}; expected a whole number, for example 3.");
    });

    private static void ReadAllowInsecure(IConfigurationSection entry, SnakepitClientOptions options) => Text(entry, options, text =>
    {
        if (bool.TryParse(text, out var value))
            options.AllowInsecure = value;
        else
            options.Mistakes.Add($"{entry.Path} is {Mistake.Shown(text)}; expected true or false.");
    });

    private static void ReadTls(IConfigurationSection section, SnakepitClientOptions options)
    {
        if (section.Value is { Length: > 0 })
            options.Mistakes.Add($"{section.Path} is a value; expected a section with {string.Join(", ", TlsFiles.Keys)}.");
        foreach (var entry in section.GetChildren())
        {
            if (TlsFiles.TryGetValue(entry.Key, out var set))
                Text(entry, options, path => set(options.Tls, path));
            else
                options.Mistakes.Add($"{entry.Path} is no option of a client; known here: {string.Join(", ", TlsFiles.Keys)}.");
        }
    }

    private static void ReadDuration(IConfigurationSection entry, SnakepitClientOptions options, Action<TimeSpan> set) =>
        Text(entry, options, text =>
        {
            if (Duration.TryParse(text) is { } duration)
                set(duration);
            else
                options.Mistakes.Add($"{entry.Path} is {Mistake.Shown(text)}; expected {Duration.Forms} or infinite.");
        });

    /// <summary>An emptied variable cannot be told from an empty text, so it means that nothing was set; save for ConnectionName.</summary>
    private static void Text(IConfigurationSection entry, SnakepitClientOptions options, Action<string> set)
    {
        if (entry.Value is { Length: > 0 } text)
            set(text);
        else if (entry.Value is not null && entry.Key.Equals("ConnectionName", StringComparison.OrdinalIgnoreCase))
            set("");
        else if (entry.GetChildren().Any())
            options.Mistakes.Add($"{entry.Path} is a section; expected a value.");
    }
}
