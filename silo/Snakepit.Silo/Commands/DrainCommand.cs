using System.CommandLine;
using System.Text.Json;
using Snakepit.AspNetCore.Management;
using Snakepit.Silos;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit drain</c> takes a silo out of service without losing a call; <c>snakepit resume</c> takes that back.</summary>
internal static class DrainCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var silo = SiloArgument();
        var timeout = new Option<string?>("--timeout")
        {
            Description = "How long running calls may go on; default: the silo's DrainTimeout",
            HelpName = "DURATION",
        };
        var stay = new Option<bool>("--stay")
        {
            Description = "Keep the silo in the cluster, without work, until it is resumed or stopped",
        };
        var noWait = new Option<bool>("--no-wait") { Description = "Return at once" };
        var json = JsonOption();
        var command = new Command("drain", "Let a silo finish its calls and leave; other silos take its work.")
        {
            silo, timeout, stay, noWait, json,
        };
        var options = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit drain silo-1", "the silo finishes its calls and leaves"),
            ("snakepit drain silo-1 --stay --timeout 10m", "it stays in the cluster without work"),
            ("snakepit drain silo-1 --json", "a line of JSON for each step; the last one has the state Left or Drained"));
        command.SetAction((result, cancellationToken) => options.TalkAsync(result, async http =>
        {
            var asked = (await SilosCommand.GetAsync(http, cancellationToken)).Silo;
            var name = result.GetValue(silo) ?? asked;
            var limit = result.GetValue(timeout) is { } text ? $"&timeout={Uri.EscapeDataString(text)}" : "";
            var query = $"drain?stay={(result.GetValue(stay) ? "true" : "false")}{limit}";
            var code = await TellAsync(http, name, query, cancellationToken);
            return code != ExitCodes.Ok || result.GetValue(noWait)
                ? code
                : await FollowAsync(http, new Drained(name, name == asked, result.GetValue(json)), cancellationToken);
        }));
        return command;
    }

    public static Command CreateResume()
    {
        var silo = SiloArgument();
        var json = JsonOption();
        var command = new Command("resume", "Take a drain back: the silo takes calls again.") { silo, json };
        var options = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit resume silo-1", "it takes calls again"));
        command.SetAction((result, cancellationToken) => options.TalkAsync(result, async http =>
        {
            var name = result.GetValue(silo) ?? (await SilosCommand.GetAsync(http, cancellationToken)).Silo;
            if (await TellAsync(http, name, "resume", cancellationToken) is not ExitCodes.Ok and var code)
                return code;
            var state = await StateAsync(http, name, cancellationToken);
            if (state is SiloState.Serving)
                return await new Drained(name, IsAsked: false, result.GetValue(json)).SayAsync($"{state}", 0, $"{name} takes calls again.");
            await Terminal.WriteErrorAsync($"snakepit: {name} leaves already ({state?.ToString() ?? "gone"}); that cannot be taken back.");
            return ExitCodes.Failed;
        }));
        return command;
    }

    private static Argument<string?> SiloArgument() => new("silo")
    {
        Description = "Name of the silo, as 'snakepit silos' shows it; default: the silo at --url",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "SILO",
    };

    private static async Task<int> TellAsync(HttpClient http, string silo, string order, CancellationToken cancellationToken)
    {
        using var response = await SiloHttp.PostAsync(http, $"v1/silos/{Uri.EscapeDataString(silo)}/{order}", cancellationToken);
        if (response.IsSuccessStatusCode)
            return ExitCodes.Ok;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        await Terminal.WriteErrorAsync(CallCommand.Explain(body, (int)response.StatusCode));
        return ExitCodes.Failed;
    }

    /// <summary>Says how the drain goes on, until it is over.</summary>
    private static async Task<int> FollowAsync(HttpClient http, Drained drained, CancellationToken cancellationToken)
    {
        var name = drained.Silo;
        for (var said = ""; ; await Task.Delay(Look, cancellationToken))
        {
            SilosDocument document;
            try
            {
                document = await SilosCommand.GetAsync(http, cancellationToken);
            }
            catch (Exception error) when (SiloHttp.IsNoAnswer(error) && drained.IsAsked)
            {
                return await drained.LeftAsync(); // it is the silo at --url, and its door is closed
            }

            var silo = document.Silos.FirstOrDefault(each => each.Name == name);
            if (silo is null && !document.SilentSilos.Contains(name))
                return await drained.LeftAsync();
            if (silo is { State: SiloState.Drained })
            {
                return await drained.SayAsync(
                    $"{silo.State}", silo.Running, $"{name} is drained and stays in the cluster; 'snakepit resume {name}' takes it back.");
            }

            if (silo is { State: SiloState.Serving })
            {
                await Terminal.WriteErrorAsync($"snakepit: the drain of {name} was taken back.");
                return ExitCodes.Failed;
            }

            var line = silo is null ? $"{name} does not answer." : $"{name}: {silo.State}, {silo.Running} calls run.";
            if (line != said)
                await drained.SayAsync(silo is null ? "Silent" : $"{silo.State}", silo?.Running ?? 0, said = line);
        }
    }

    private static async Task<SiloState?> StateAsync(HttpClient http, string name, CancellationToken cancellationToken) =>
        (await SilosCommand.GetAsync(http, cancellationToken)).Silos.FirstOrDefault(each => each.Name == name)?.State;

    private static Option<bool> JsonOption() => new("--json") { Description = "Print each step as a line of JSON" };

    /// <summary>What is told of a silo.</summary>
    /// <param name="Silo">Its name.</param>
    /// <param name="IsAsked">It is the silo at --url.</param>
    /// <param name="AsJson">For a program.</param>
    private sealed record Drained(string Silo, bool IsAsked, bool AsJson)
    {
        public Task<int> LeftAsync() => SayAsync("Left", 0, $"{Silo} has left.");

        public async Task<int> SayAsync(string state, int running, string text)
        {
            await Terminal.WriteLineAsync(
                AsJson ? JsonSerializer.Serialize(new { silo = Silo, state, running }, StatusDocument.Json) : text);
            return ExitCodes.Ok;
        }
    }
}
