using Snakepit.Core.Processes;

namespace Snakepit.Workers.Processes;

/// <summary>What of the silo's environment a process gets.</summary>
internal static class InheritedEnvironment
{
    /// <summary>Takes away what may not be inherited.</summary>
    public static void Restrict(IDictionary<string, string?> environment, IEnumerable<string> inherited)
    {
        var inheritance = new Inheritance(inherited);
        foreach (var name in environment.Keys.Where(name => !inheritance.Passes(name)).ToList())
            environment.Remove(name);
    }
}
