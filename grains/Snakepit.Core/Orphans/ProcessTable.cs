namespace Snakepit.Core.Orphans;

/// <summary>All living processes at one moment.</summary>
public sealed class ProcessTable
{
    private readonly Dictionary<int, ProcessFacts> _processes;
    private readonly ILookup<int, ProcessFacts> _groups;
    private readonly HashSet<int> _family;

    public ProcessTable(HostFacts host, IEnumerable<ProcessFacts> processes)
    {
        Host = host;
        _processes = processes.ToDictionary(process => process.Pid);
        _groups = _processes.Values.ToLookup(process => process.Group);
        _family = [0, 1, host.Self];
        for (var pid = host.Self; _processes.TryGetValue(pid, out var process) && _family.Add(process.Parent);)
            pid = process.Parent;
    }

    public HostFacts Host { get; }

    public IEnumerable<ProcessFacts> All => _processes.Values;

    public ProcessFacts? Find(int pid) => _processes.GetValueOrDefault(pid);

    public bool Lives(ProcessId id) => Find(id.Pid) is { } process && process.Id == id;

    public IEnumerable<ProcessFacts> Group(int group) => _groups[group];

    /// <summary>Processes that carry the marks of a run and may be touched.</summary>
    public IEnumerable<ProcessFacts> OfRun(string instanceName, string instanceToken, string runId) => All.Where(process =>
        process.Marks is { } marks
        && marks.InstanceName == instanceName
        && marks.InstanceToken == instanceToken
        && marks.RunId == runId
        && marks.PidNamespace == Host.PidNamespace
        && Immunity(process) is null);

    /// <summary>Why a process is never touched; null when it may be.</summary>
    public string? Immunity(ProcessFacts process) => process switch
    {
        _ when _family.Contains(process.Pid) => "it is this process or one that started it",
        _ when process.User != Host.User => "it belongs to another user",
        _ => null,
    };
}
