using System.Diagnostics;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Snakepit.Silo.Chaos.Calls;
using Snakepit.Silo.Chaos.Faults;
using Snakepit.Silo.Chaos.Reckoning;
using Snakepit.Silo.Chaos.Silos;

namespace Snakepit.Silo.Chaos;

/// <summary>
/// One run of chaos: callers and faults for a while, then a quiet moment in which everything has to add up, then a peaceful stop
/// after which nothing may be left. A silo alone is killed under load in between.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ChaosRun(ChaosPlan plan, ChaosScreen screen)
{
    private const int HttpCallers = 8, ClientCallers = 4;

    private static readonly TimeSpan CallsAfterFaults = TimeSpan.FromSeconds(3);

    private readonly Channel<ChaosEvent> _events = Channel.CreateUnbounded<ChaosEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <exception cref="TimeoutException">The cluster did not start.</exception>
    public async Task<ChaosReport> RunAsync(string? connection, CancellationToken cancellationToken)
    {
        await using var cluster = new ChaosCluster(plan, connection);
        var silos = plan.Silos == 1 ? "a silo" : $"{plan.Silos} silos";
        var seconds = plan.Duration.TotalSeconds;
        screen.Line(null, $"Chaos with seed {plan.Seed} for {seconds:0} s against {silos} of its own, each with {plan.Workers} workers.");
        await cluster.StartAsync(cancellationToken);
        await using var client = plan.Silos == 1
            ? null
            : await ClientWay.ConnectAsync(cluster.Id, cluster.Silos.Select(silo => silo.Seat.GatewayPort));
        var names = string.Join(", ", cluster.Silos.Select(silo => $"{silo.Name} (process {silo.Pid})"));
        screen.Line(null, $"Started after {Now.TotalSeconds:0.0} s: {names}.");
        _clock.Restart();

        var tally = new ChaosTally(screen, (int)plan.Duration.TotalSeconds);
        var reading = tally.RunAsync(_events.Reader);
        var callers = new ChaosCallers(() => Now, _events.Writer, plan.Seed);
        var ends = new SiloEnds(() => Now, _events.Writer);
        ShardBalance[] balance = [];
        long stormSent = 0;
        try
        {
            await StormAsync(cluster, client, callers, ends, cancellationToken);
            stormSent = callers.Sent;
            _events.Writer.TryWrite(new StormOver());
            var quiet = new QuietMoment(cluster.Silos, plan.Workers);
            await quiet.AwaitAsync(cancellationToken);
            balance = await quiet.CountAsync(client, cancellationToken);
            if (plan.Silos == 1)
                await KillUnderLoadAsync(cluster, callers, ends);
        }
        catch (TimeoutException error)
        {
            _events.Writer.TryWrite(new Violation(Violation.SiloMisbehaved, error.Message));
        }

        await Task.WhenAll(cluster.Silos.Where(silo => !silo.HasExited).Select(ends.StopAsync)).WaitAsync(cancellationToken);
        // The loop ends before its counts are read; what the judgement says it takes afterwards.
        _events.Writer.Complete();
        await reading;
        foreach (var number in ExecutionFiles.Read(cluster.CallsFolder))
            tally.Ledger.Ran(number);
        var reckoner = new Reckoner(plan, tally, balance);
        var verdict = tally.Ledger.Judge(callers.Sent);
        foreach (var violation in reckoner.Violations(verdict))
            tally.Take(violation);
        var report = reckoner.Report(callers.Sent, stormSent, verdict);
        return report.Violations.Count == 0 ? report : report with { Logs = cluster.KeepLogs() };
    }

    private TimeSpan Now => _clock.Elapsed;

    private async Task StormAsync(
        ChaosCluster cluster, ClientWay? client, ChaosCallers callers, SiloEnds ends, CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var balancer = new LoadBalancer(cluster.Silos);
        var http = new HttpWay(balancer);
        var watch = Task.WhenAll(balancer.RunAsync(watching.Token), TickAsync(watching.Token));
        // Callers go on until all silos are back, and for a while, since silos that are back have to serve.
        using var calling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> calls = [callers.RunAsync(client is null ? HttpCallers + ClientCallers : HttpCallers, http, "http", calling.Token)];
        if (client is not null)
            calls.Add(callers.RunAsync(ClientCallers, client, "client", calling.Token));
        until.CancelAfter(plan.Duration);
        await Task.WhenAll(
            new WorkerFaults(cluster.Silos, plan.Workers, () => Now, _events.Writer, plan.Seed).RunAsync(until.Token),
            new SiloFaults(cluster.Silos, ends, plan.Seed + 1).RunAsync(until.Token)).WaitAsync(cancellationToken);
        await Task.Delay(CallsAfterFaults, cancellationToken);
        await calling.CancelAsync();
        await Task.WhenAll(calls).WaitAsync(cancellationToken);
        await watching.CancelAsync();
        await watch;
    }

    /// <summary>The silo dies under load: everything of it has to be gone, and the next one has to start.</summary>
    private async Task KillUnderLoadAsync(ChaosCluster cluster, ChaosCallers callers, SiloEnds ends)
    {
        using var until = new CancellationTokenSource();
        var load = callers.RunAsync(HttpCallers, new HttpWay(new LoadBalancer(cluster.Silos)), "last", until.Token);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var killing = ends.KillAsync(cluster.Silos[0], TimeSpan.Zero);
        await until.CancelAsync();
        await Task.WhenAll(load, killing);
    }

    private async Task TickAsync(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), until));
            _events.Writer.TryWrite(new SecondPassed(Now));
        }
    }
}
