using System.CommandLine;
using System.Text.Json;
using Snakepit.AspNetCore.Management;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit profile WORKER</c>: where the Python code of a worker spends its time, as a file for speedscope.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds")
        {
            Description = $"How long samples are taken, 1 to {ProfileEndpoints.MostSeconds}",
            DefaultValueFactory = _ => 10,
            HelpName = "N",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write, - for standard output; default: the worker's name with .speedscope.json, here",
            HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "Print what was written as JSON" };
        var command = new Command("profile", "Sample what the code of a worker does, and write a file for speedscope. Its calls go on.")
        {
            seconds, output, json,
        };
        var worker = new WorkerChoice(command);
        var silo = new SiloConnection(command);
        seconds.Between(1, ProfileEndpoints.MostSeconds);
        Examples.Add(
            command,
            ("snakepit profile default@silo-1#0", "10 s of the worker in slot 0; open the file at https://www.speedscope.app"),
            ("snakepit profile default@silo-1#0 --seconds 60 -o busy.json", "a minute, into a file of that name"),
            ("snakepit profile default@silo-1#0 -o - | gzip > busy.gz", "without a file here"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, http =>
        {
            var file = result.GetValue(output) ?? $"{FileName(worker.Name(result))}.speedscope.json";
            var path = worker.Path(result, "profile", $"seconds={result.GetValue(seconds)}");
            return TakeAsync(http, path, file, result.GetValue(json), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> TakeAsync(HttpClient http, string path, string file, bool json, CancellationToken cancellationToken)
    {
        using var response = await SiloHttp.PostAsync(http, path, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await Terminal.WriteErrorAsync(
                CallCommand.Explain(await response.Content.ReadAsStringAsync(cancellationToken), (int)response.StatusCode));
            return ExitCodes.Failed;
        }

        if (file == "-")
        {
            await using var standard = Console.OpenStandardOutput();
            await standard.WriteAsync(body, cancellationToken);
            return ExitCodes.Ok;
        }

        try
        {
            await File.WriteAllBytesAsync(file, body, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"snakepit: the profile was taken and cannot be written: {error.Message}");
            return ExitCodes.Failed;
        }

        var (name, threads, samples) = Describe(body);
        var full = Path.GetFullPath(file);
        await Terminal.WriteLineAsync(json
            ? JsonSerializer.Serialize(new { file = full, name, threads, samples }, CommandJson.Indented)
            : $"{full}: {name}, {threads} threads, {samples} samples. Open it at https://www.speedscope.app");
        return ExitCodes.Ok;
    }

    private static (string Name, int Threads, int Samples) Describe(byte[] profile)
    {
        using var document = JsonDocument.Parse(profile);
        var threads = document.RootElement.GetProperty("profiles");
        return (
            document.RootElement.GetProperty("name").GetString()!,
            threads.GetArrayLength(),
            threads.EnumerateArray().Sum(thread => thread.GetProperty("samples").GetArrayLength()));
    }

    private static string FileName(string worker) =>
        string.Concat(worker.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-'));
}
