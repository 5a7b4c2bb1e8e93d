using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Snakepit.Core.Access;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit key new</c>: makes an API key, and the entry with its hash by which silos know it.</summary>
internal static class KeyCommand
{
    public static Command Create()
    {
        var command = new Command("key", "Make API keys for the HTTP door.") { CreateNew() };
        Examples.Add(
            command,
            ("snakepit key new --name shop --file keys.json", "a key of one frontend; its hash goes into the file of the silos"));
        return command;
    }

    private static Command CreateNew()
    {
        var name = new Option<string>("--name") { Description = "Name of the key, for logs and audit", Required = true, HelpName = "NAME" };
        var pools = ListOption("--pools", "Pools that it may use, with commas between; default: all");
        var scopes = ListOption("--scopes", "What it may do: call, read, admin, with commas between; default: call,read");
        var rate = new Option<double?>("--rate") { Description = "Requests a second at each silo; default: no limit", HelpName = "N" };
        var file = new Option<string?>("--file") { Description = "Add the entry to this file (Snakepit:Http:KeysFile)", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print name, key and entry as one JSON document" };
        var command = new Command("new", "Print a new key. It is shown once and kept nowhere; silos know its hash.")
        {
            name, pools, scopes, rate, file, json,
        };
        Examples.Add(
            command,
            ("snakepit key new --name shop --pools default --rate 50", "a key of one frontend"),
            ("snakepit key new --name ops --scopes admin --file keys.json", "for operators, into the file of the silos"));
        command.SetAction(result => Make(
            result.GetValue(name)!,
            new KeyOptions
            {
                Pools = result.GetValue(pools) ?? [],
                Scopes = [.. (result.GetValue(scopes) ?? []).Select(Scope)],
                RequestsPerSecond = result.GetValue(rate),
            },
            result.GetValue(file),
            result.GetValue(json)));
        command.Validators.Add(result =>
        {
            foreach (var word in (result.GetValue(scopes) ?? []).Where(word => !IsScope(word)))
                result.AddError($"'{word}' is no scope; known are call, read, admin.");
        });
        return command;
    }

    private static Option<string[]> ListOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "LIST",
        CustomParser = static result =>
            [.. result.Tokens.SelectMany(token => token.Value.Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };

    private static int Make(string name, KeyOptions options, string? file, bool json)
    {
        try
        {
            var key = KeyHash.NewKey(RandomNumberGenerator.GetBytes(KeyHash.RandomBytes));
            options = options with { Hash = KeyHash.Of(key).ToString() };
            Check(name, options);
            var entry = Entry(options);
            if (file is not null)
                KeysFileWriting.Add(file, name, entry);
            Console.WriteLine(json ? Document(name, key, entry, file) : key); // alone with --file, so that a script can take it
            if (file is null && !json)
                Console.WriteLine(new JsonObject { [name] = entry }.ToJsonString(KeysFileWriting.Indented));
            Console.Error.WriteLine(file is null
                ? "The key is shown this once. The entry belongs into Snakepit:Http:Keys, or into the file of Snakepit:Http:KeysFile."
                : $"The key is shown this once. '{name}' is in {file}; silos whose Snakepit:Http:KeysFile it is take it within seconds.");
            return ExitCodes.Ok;
        }
        catch (StartupException error)
        {
            Console.Error.WriteLine($"snakepit: {error.Message}");
            return ExitCodes.BadConfiguration;
        }
    }

    private static string Document(string name, string key, JsonObject entry, string? file) => new JsonObject
    {
        ["name"] = name,
        ["key"] = key,
        ["entry"] = entry.DeepClone(), // the file's document may own it
        ["file"] = file,
    }.ToJsonString(KeysFileWriting.Indented);

    /// <exception cref="StartupException">A silo would refuse the entry.</exception>
    private static void Check(string name, KeyOptions options)
    {
        OptionMistake[] mistakes = [.. KeyOptionsCheck.Mistakes(new Dictionary<string, KeyOptions> { [name] = options }, "key")];
        if (mistakes.Length > 0)
            throw new StartupException(string.Join(Environment.NewLine, mistakes.Select(mistake => mistake.ToString())));
        if (options.RequestsPerSecond is { } rate && rate is not (>= KeyOptions.LeastRate and <= KeyOptions.MostRate))
        {
            throw new StartupException(string.Create(
                CultureInfo.InvariantCulture, $"--rate is {rate}; allowed is {KeyOptions.LeastRate} to {KeyOptions.MostRate}."));
        }
    }

    private static JsonObject Entry(KeyOptions options)
    {
        var entry = new JsonObject { [nameof(KeyOptions.Hash)] = options.Hash };
        if (options.Pools.Count > 0)
            entry[nameof(KeyOptions.Pools)] = new JsonArray([.. options.Pools.Select(pool => JsonValue.Create(pool))]);
        var scopes = options.Scopes.Count > 0 ? options.Scopes : KeyOptions.DefaultScopes;
        entry[nameof(KeyOptions.Scopes)] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(Word(scope)))]);
        if (options.RequestsPerSecond is { } rate)
            entry[nameof(KeyOptions.RequestsPerSecond)] = rate;
        return entry;
    }

    private static string Word(AccessScope scope) => scope.ToString().ToLowerInvariant();

    private static bool IsScope(string word) => Array.Exists(Enum.GetNames<AccessScope>(), name => Same(name, word));

    private static AccessScope Scope(string word) => Enum.GetValues<AccessScope>().First(scope => Same(scope.ToString(), word));

    private static bool Same(string name, string word) => name.Equals(word, StringComparison.OrdinalIgnoreCase);
}
