using System.Globalization;
using System.Text.Json.Nodes;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests.Containers;

/// <summary>A service of the compose file as a process of this machine: the image's paths become folders, the ports free ones.</summary>
internal sealed class ComposedService(string name, JsonNode service, string dockerfile, Func<string, string> here)
{
    public string Name => name;

    /// <summary>Names of the services that it waits for, and what it waits for.</summary>
    public IReadOnlyDictionary<string, string> Needs => service["depends_on"]?.AsObject()
        .ToDictionary(pair => pair.Key, pair => $"{pair.Value!["condition"]}") ?? [];

    /// <summary>Of the compose file, else the image's.</summary>
    public string[] Command
    {
        get
        {
            var entry = Words(service["entrypoint"]) ?? OfImage("ENTRYPOINT")!;
            return [.. entry.Concat(Words(service["command"]) ?? OfImage("CMD") ?? []).Select(here)];
        }
    }

    /// <summary>Variables, without those of the files of certificates: on loopback there is no TLS.</summary>
    public Dictionary<string, string?> Variables => service["environment"]?.AsObject()
        .Where(pair => !pair.Key.StartsWith("SNAKEPIT_CERTIFICATE", StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key, pair => (string?)here($"{pair.Value}")) ?? [];

    /// <summary>Name of the host, which others call it by.</summary>
    public string Host => $"{service["hostname"]}" is { Length: > 0 } host ? host : name;

    /// <summary>How long it may take to stop; compose's own default when the file says nothing.</summary>
    public TimeSpan Grace => TimeSpan.FromSeconds(
        service["stop_grace_period"] is { } grace ? int.Parse($"{grace}".TrimEnd('s'), CultureInfo.InvariantCulture) : 10);

    public ChildProgram Start(IReadOnlyDictionary<string, string?> more)
    {
        var variables = Variables;
        foreach (var (key, value) in more)
            variables[key] = value;
        var command = Command;
        return ChildProgram.Start(new ProgramStart(name, command[0], command[1..]) { Environment = variables, StopLimit = Grace });
    }

    /// <summary>The command of its health check.</summary>
    public string[] Health => [.. Words(service["healthcheck"]!["test"])!.Skip(1).Select(here)];

    /// <summary>Runs the health check until it says yes.</summary>
    public async Task UntilHealthyAsync(ChildProgram program)
    {
        await Eventually.SeeAsync(
            async () =>
            {
                if (program.HasExited)
                    throw new InvalidOperationException($"{name} ended with code {program.ExitCode}.\n{program.Output}");
                try
                {
                    await Shell.RunAsync(Places.Root, Health);
                    return "healthy";
                }
                catch (InvalidOperationException error)
                {
                    return $"{error.Message}\n{program.Output}";
                }
            },
            seen => seen == "healthy",
            what: $"{name} is healthy");
    }

    private static string[]? Words(JsonNode? list) => list is null ? null : [.. list.AsArray().Select(word => $"{word}")];

    private string[]? OfImage(string instruction) => File.ReadAllLines(Path.Combine(Places.Root, dockerfile))
        .Where(line => line.StartsWith($"{instruction} ", StringComparison.Ordinal))
        .Select(line => Words(JsonNode.Parse(line[instruction.Length..]))).SingleOrDefault();
}
