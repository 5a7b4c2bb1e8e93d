using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Workers.Python;

namespace Snakepit.Silo.Doctor;

/// <summary>The interpreters of the workers and the packages that a worker needs.</summary>
internal static class PythonChecks
{
    public static async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        using var locator = new PythonLocator(NullLogger<PythonLocator>.Instance);
        foreach (var pools in patient.Options.OwnPools.GroupBy(pool => pool.PythonExecutable))
        {
            var named = pools.Key ?? patient.Options.PythonExecutable;
            var (pool, source) = pools.Key is { } own ? (string.Join(", ", pools.Select(pool => pool.Name)), "PythonExecutable of the pool")
                : named is not null ? (null, "Snakepit:PythonExecutable")
                : Environment.GetEnvironmentVariable(PythonLocator.Variable) is { Length: > 0 } ? (null, PythonLocator.Variable)
                : ((string?)null, "the first that was found; name it in SNAKEPIT_PYTHON in production");
            try
            {
                var found = await locator.FindAsync(named, cancellationToken);
                findings.Add(Finding.Ok("python", $"{found.Version} at {found.Path} ({source})", pool));
                findings.Add(Finding.Ok("packages", "grpcio and protobuf are there", pool));
                findings.Add(VirtualEnvironment(found, pool));
            }
            catch (PythonNotFoundException error)
            {
                findings.Add(Finding.Error("python", error.Message, Mend(error, named is not null, pool), pool));
            }
        }

        return findings;
    }

    /// <summary>What mends an interpreter that cannot run workers.</summary>
    /// <param name="error">What is wrong with it.</param>
    /// <param name="configured">Whether the configuration names it, or the environment of the silo.</param>
    /// <param name="pool">The pool whose own it is; null for the silo's.</param>
    public static string Mend(PythonNotFoundException error, bool configured, string? pool) =>
        !error.IsNoPython ? "snakepit setup"
        : !configured ? $"Correct {PythonLocator.Variable}: it has to be the path of a Python"
        : pool is null ? "Correct Snakepit:PythonExecutable: it has to be the path of a Python"
        : $"Correct PythonExecutable of pool '{pool}': it has to be the path of a Python";

    private static Finding VirtualEnvironment(PythonInterpreter python, string? pool)
    {
        const string Check = "virtual environment";
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(python.Executable));
        return folder is not null && File.Exists(Path.Combine(folder, "pyvenv.cfg"))
            ? Finding.Ok(Check, folder, pool)
            : Finding.Ok(Check, "none: the packages are the system's; 'python3 -m venv .venv' makes one that only you change", pool);
    }
}
