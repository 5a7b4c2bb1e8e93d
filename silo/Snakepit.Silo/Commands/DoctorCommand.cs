using System.CommandLine;
using System.Text.Json;
using Snakepit.Silo.Doctor;
using Snakepit.Silo.Serving;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit doctor</c>: looks whether a silo could start and serve here, and says for each flaw what mends it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var config = ConfigFile.Option();
        var urls = new Option<string>("--urls")
        {
            Description = "Addresses that HTTP would listen on",
            DefaultValueFactory = _ => SiloApplication.DefaultUrls,
            HelpName = "URL",
        };
        var quick = new Option<bool>("--no-workers") { Description = "Start no worker, so no code of an adapter runs" };
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON" };
        var command = new Command(
            "doctor",
            "Look whether a silo could start and serve on this host; say what mends each flaw. Exit code 1 when there is an error. "
            + "Options of the configuration may follow as --Snakepit:Name=value.")
        {
            config, urls, quick, json,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        Examples.Add(
            command,
            ("snakepit doctor", "would the snakepit.json of this folder serve here?"),
            ("snakepit doctor --no-workers --json", "without running code of an adapter"));
        command.SetAction(async (result, cancellationToken) =>
        {
            var findings = await Examination.RunAsync(
                result.GetValue(config), result.GetValue(urls)!, result.UnmatchedTokens, !result.GetValue(quick), cancellationToken);
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(findings, CommandJson.Indented));
            else
                Print(findings);
            return findings.Any(finding => finding.State == FindingState.Error) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Finding> findings)
    {
        CommandTable.FitOutput();
        var table = CommandTable.Of("", "What", "Pool", "Found").Collapse();
        foreach (var finding in findings)
        {
            table.AddRow(
                new Text(Word(finding.State), new Style(Colour(finding.State))),
                new Text(finding.Check),
                new Text(finding.Pool ?? ""),
                new Text(finding.Mend is null ? finding.Message : $"{finding.Message}\n→ {finding.Mend}"));
        }

        AnsiConsole.Write(table);
        Console.WriteLine(string.Join(
            ", ",
            findings.GroupBy(finding => finding.State).OrderBy(group => group.Key).Select(group => $"{group.Count()} {Word(group.Key)}")));
    }

    private static string Word(FindingState state) => state.ToString().ToLowerInvariant();

    private static Color Colour(FindingState state) => state switch
    {
        FindingState.Ok => Color.Green,
        FindingState.Warning => Color.Yellow,
        FindingState.Error => Color.Red,
        _ => Color.Grey,
    };
}
