using Snakepit.Core.Configuration;
using Snakepit.Hosting.Failures;
using Snakepit.Silo.Serving;

namespace Snakepit.Silo.Doctor;

/// <summary>Everything the doctor looks at, in the order in which it hinders a silo.</summary>
internal static class Examination
{
    /// <param name="file">The configuration's file; null for none.</param>
    /// <param name="urls">Where HTTP would listen.</param>
    /// <param name="arguments">Options of the configuration from the command line.</param>
    /// <param name="startWorkers">Whether a worker of each pool is started and called.</param>
    /// <param name="cancellationToken">Ends the questions to others.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        string? file, string urls, IReadOnlyList<string> arguments, bool startWorkers, CancellationToken cancellationToken)
    {
        Patient patient;
        try
        {
            var configuration = SiloConfiguration.Read(file, arguments);
            patient = new Patient(configuration, configuration.Options(), urls, SiloConfiguration.Choose(file));
        }
        catch (Exception error) when (error is StartupException or InvalidOptionsException)
        {
            return
            [
                Finding.Error("configuration", error.Message, "'snakepit config reference' lists all options"),
                Finding.Skipped("everything else", "it follows from the configuration"),
            ];
        }

        var (running, folder) = StartChecks.DataFolder(patient.Options);
        patient = patient with { Running = running };
        List<Finding> findings = [.. StartChecks.Doubts(patient), folder, .. HostChecks.Look(patient)];
        findings.AddRange(await PythonChecks.LookAsync(patient, cancellationToken));
        var sizes = new Dictionary<string, WorkerSize>();
        if (startWorkers)
            findings.AddRange(await WorkerChecks.TryAsync(patient, sizes, cancellationToken));
        findings.AddRange(HostChecks.Room(patient, sizes));
        findings.AddRange(await ClusterChecks.LookAsync(patient, cancellationToken));
        findings.AddRange(await StartChecks.DoorAsync(patient));
        return findings;
    }
}
