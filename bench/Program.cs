using System.CommandLine;
using Snakepit.Bench;

var seconds = new Option<double>("--seconds") { Description = "Measured time of one cell", DefaultValueFactory = _ => 3 };
var quick = new Option<bool>("--quick") { Description = "Only the cells that have a target" };
var output = new Option<string?>("--output") { Description = "Markdown file to write", HelpName = "FILE" };
var root = new RootCommand("Measures calls through Snakepit beside plain gRPC calls to the same Python, in one run.") { seconds, quick, output };
root.SetAction(async (result, cancellationToken) =>
{
    var report = new Report();
    SchedulerBench.Run(report);
    await StartupBench.RunAsync(report, cancellationToken);
    await CallBench.RunAsync(report, TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(quick), cancellationToken);
    report.Print();
    if (result.GetValue(output) is { } file)
        await File.WriteAllTextAsync(file, report.ToMarkdown(), cancellationToken);
    return 0;
});
return await root.Parse(args).InvokeAsync();
