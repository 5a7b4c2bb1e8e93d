using System.CommandLine;
using System.Text.Json;
using Snakepit.Core.Processes;
using Snakepit.Silo.Hardware;
using Snakepit.Workers.Hardware;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit hardware</c>: what this host gives to a silo, and the pool sizes that fit it. Asks no silo.</summary>
internal static class HardwareCommand
{
    private const long Mb = 1024 * 1024;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print it as JSON" };
        var command = new Command("hardware", "Show processors, memory, limits and CUDA devices of this host, with pool sizes for it.")
        {
            json,
        };
        Examples.Add(
            command,
            ("snakepit hardware", "what a silo on this host has"),
            ("snakepit hardware --json | jq '.cuda.devices | length'", "how many CUDA devices there are"));
        command.SetAction(async (result, _) =>
        {
            var report = await HardwareReport.LookAsync();
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(report, CommandJson.Indented));
            else
                Show(report);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Show(HardwareReport report)
    {
        CommandTable.FitOutput();
        var others = report.HostProcessors is { } all && all != report.Processors ? $" of {all} of the host" : "";
        Line("Processors", $"{report.Processors}{others}{(report.Model is { } model ? $", {model}" : "")}");
        Line("Memory", $"{Size(report.MemoryBytes)}, {Size(report.AvailableBytes)} available");
        Line("Memory limit", report.MemoryLimitBytes is { } limit ? $"{Size(limit)} (control group)" : "none");
        Line("Process limit", report.TaskLimit is { } tasks ? $"{tasks} processes and threads (control group)" : "none");
        Line("Open files", report.OpenFiles is { } files ? $"{files}" : "not known");
        ShowCuda(report.Cuda);
        AnsiConsole.WriteLine($"\nPool sizes for {report.Processors} processors, by what the tools mostly do:");
        var table = CommandTable.Of("PoolSize", "Workers", "Up to");
        foreach (var row in report.PoolSizes)
            table.AddRow($"\"{row.Workload}\"", $"{row.Fewest}", $"{row.Most}");
        AnsiConsole.Write(table);
    }

    private static void ShowCuda(CudaDevices cuda)
    {
        if (cuda.Devices.Count == 0)
        {
            Line("CUDA", "no device: nvidia-smi shows none, and neither /proc/driver/nvidia nor /dev/nvidia* is here");
            return;
        }

        Line("CUDA", $"{cuda.Devices.Count} devices by {cuda.Source}{(cuda.Driver is { } driver ? $", driver {driver}" : "")}");
        foreach (var device in cuda.Devices)
        {
            var memory = device.MemoryMb is { } whole ? $", {whole} MB, {device.FreeMb} MB free" : "";
            Line($"  {device.Index}", $"{TerminalText.Escape(device.Name ?? "its name is not known")}{memory}");
        }
    }

    private static void Line(string name, string value) => AnsiConsole.WriteLine($"{name + ':',-15}{value}");

    private static string Size(long? bytes) => bytes is { } number ? $"{number / Mb} MB" : "not known";
}
