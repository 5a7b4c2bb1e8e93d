using System.CommandLine;
using Snakepit.Bench;

var seconds = new Option<double>("--seconds") { Description = "Measured time of one cell", DefaultValueFactory = _ => 3 };
var quick = new Option<bool>("--quick") { Description = "Only the cells that have a target" };
var output = new Option<string?>("--output") { Description = "Markdown file to write", HelpName = "FILE" };
var root = new RootCommand("Measures calls through Snakepit beside plain gRPC calls to the same Python, in one run.")
{
    seconds, quick, output,
};
root.SetAction(async (result, cancellationToken) =>
{
    var report = new Report();
    SchedulerBench.Run(report);
    await StartupBench.RunAsync(report, cancellationToken);
    await CallBench.RunAsync(report, TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(quick), cancellationToken);
    report.Print();
    if (result.GetValue(output) is { } file)
        await File.WriteAllTextAsync(file, $"{report.ToMarkdown()}{PublishedRuns.KeptOf(file)}", cancellationToken);
    return 0;
});

var repeat = new Option<int>("--count") { Description = "Runs of which the medians are taken", DefaultValueFactory = _ => 10 };
var cell = new Option<double>("--seconds") { Description = "Measured time of one cell", DefaultValueFactory = _ => 3 };
var append = new Option<string?>("--append")
{
    Description = "Markdown file whose table of published runs gets the row",
    HelpName = "FILE",
};
var runs = new Command("runs", "Only the cells that have a target, several times; prints their medians.") { repeat, cell, append };
runs.SetAction(async (result, cancellationToken) =>
{
    await PublishedRuns.RunAsync(
        result.GetValue(repeat), TimeSpan.FromSeconds(result.GetValue(cell)), result.GetValue(append), cancellationToken);
    return 0;
});
root.Subcommands.Add(runs);

var overloadSeconds = new Option<double>("--seconds") { Description = "How long the flood lasts", DefaultValueFactory = _ => 60 };
var plot = new Option<string?>("--plot") { Description = "SVG file to write", HelpName = "FILE" };
var overload = new Command("overload", "Ten times more calls than workers can do.") { overloadSeconds, plot };
overload.SetAction(async (result, cancellationToken) =>
{
    await OverloadBench.RunAsync(TimeSpan.FromSeconds(result.GetValue(overloadSeconds)), result.GetValue(plot), cancellationToken);
    return 0;
});
root.Subcommands.Add(overload);

var count = new Option<int>("--count") { Description = "Calls whose callers leave", DefaultValueFactory = _ => 100_000 };
var late = new Option<int>("--late") { Description = "Answers after their deadline", DefaultValueFactory = _ => 10_000 };
var cancels = new Command("cancels", "Callers that leave at random moments, answers that come too late.") { count, late };
cancels.SetAction(async (result, cancellationToken) =>
    await CancelBench.RunAsync(result.GetValue(count), result.GetValue(late), cancellationToken) ? 0 : 1);
root.Subcommands.Add(cancels);

var rounds = new Option<int>("--rounds") { Description = "Deaths of each kind", DefaultValueFactory = _ => 20 };
var steady = new Option<double>("--seconds")
{
    Description = "Measured time of the load before it is disturbed",
    DefaultValueFactory = _ => 10,
};
var lifecycle = new Command("lifecycle", "How long deaths are felt, and what recycling costs the callers.") { rounds, steady };
lifecycle.SetAction(async (result, cancellationToken) =>
{
    await LifecycleBench.RunAsync(result.GetValue(rounds), TimeSpan.FromSeconds(result.GetValue(steady)), cancellationToken);
    return 0;
});
root.Subcommands.Add(lifecycle);

var items = new Option<int>("--items") { Description = "Items of one stream", DefaultValueFactory = _ => 200_000 };
var streams = new Command("streams", "Items per second through the client, and how long the first one takes.") { items };
streams.SetAction(async (result, cancellationToken) =>
{
    await StreamBench.RunAsync(result.GetValue(items), cancellationToken);
    return 0;
});
root.Subcommands.Add(streams);
var stretch = new Option<double>("--seconds") { Description = "Measured time of one cell", DefaultValueFactory = _ => 5 };
var page = new Option<string?>("--output")
{
    Description = "Markdown file whose section about several silos is written",
    HelpName = "FILE",
};
var clusters = new Command("clusters", "Throughput of 1, 2 and 3 silos, a call to another silo, and kill -9 of one.") { stretch, page };
clusters.SetAction(async (result, cancellationToken) =>
{
    var report = await ClusterBench.RunAsync(TimeSpan.FromSeconds(result.GetValue(stretch)), cancellationToken);
    Console.WriteLine(report.ToMarkdown());
    if (result.GetValue(page) is { } file)
        await File.WriteAllTextAsync(file, report.PutInto(await File.ReadAllTextAsync(file, cancellationToken)), cancellationToken);
    return 0;
});
root.Subcommands.Add(clusters);

var paired = new Option<double>("--seconds") { Description = "Measured time of one row", DefaultValueFactory = _ => 20 };
var telemetry = new Command("telemetry", "A silo's processor time per call without telemetry, with it, and with exporters.") { paired };
telemetry.SetAction(async (result, cancellationToken) =>
{
    await TelemetryBench.RunAsync(TimeSpan.FromSeconds(result.GetValue(paired)), cancellationToken);
    return 0;
});
root.Subcommands.Add(telemetry);

var small = new Option<int>("--small") { Description = "Silos of the smaller cluster", DefaultValueFactory = _ => 10 };
var large = new Option<int>("--large") { Description = "Silos of the larger cluster", DefaultValueFactory = _ => 100 };
var frontends = new Option<int>("--frontends") { Description = "Frontends of each", DefaultValueFactory = _ => 4 };
var window = new Option<double>("--seconds") { Description = "Measured time of one window", DefaultValueFactory = _ => 30 };
var scaling = new Command("scaling", "What a pool's grain, the database, a frontend and a silo see in two sizes of a cluster.")
{
    small, large, frontends, window,
};
scaling.SetAction(async (result, cancellationToken) =>
{
    if (!OperatingSystem.IsLinux())
        throw new PlatformNotSupportedException("The bench of many silos starts PostgreSQL as Debian has it.");
    var bench = new ScalingBench(
        result.GetValue(small), result.GetValue(large), result.GetValue(frontends), TimeSpan.FromSeconds(result.GetValue(window)));
    await bench.RunAsync(cancellationToken);
    return 0;
});
root.Subcommands.Add(scaling);
return await root.Parse(args).InvokeAsync();
