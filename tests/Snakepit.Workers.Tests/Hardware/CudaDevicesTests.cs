using System.Runtime.Versioning;
using Snakepit.TestKit;
using Snakepit.Workers.Hardware;

namespace Snakepit.Workers.Tests.Hardware;

/// <summary>CUDA devices by what a host has of its driver.</summary>
[SupportedOSPlatform("linux")]
public sealed class CudaDevicesTests : IDisposable
{
    private const string Absent = "nvidia-smi-that-is-not-there";

    private readonly string _root = Directory.CreateTempSubdirectory("snakepit-cuda-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_host_without_a_driver_has_none()
    {
        var cuda = await CudaDevices.LookAsync(_root, Absent);

        Assert.Empty(cuda.Devices);
        Assert.Null(cuda.Source);
    }

    [Fact]
    public void The_listing_of_nvidia_smi_is_read_with_what_it_does_not_know()
    {
        var cuda = CudaDevices.FromListing("0, NVIDIA H200, 143771, 143167, 550.54.15\n1, GRID, [N/A], [N/A], 550.54.15\n");

        Assert.Equal(("nvidia-smi", "550.54.15"), (cuda.Source, cuda.Driver));
        Assert.Equal(
            [new CudaDevice(0, "NVIDIA H200", 143771, 143167), new CudaDevice(1, "GRID", null, null)], cuda.Devices);
    }

    [Fact]
    public async Task Without_nvidia_smi_the_files_of_the_driver_count()
    {
        Write("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\n");
        Write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA H200\nIRQ:   \t\t 55\n");
        Write("dev/nvidia7", "");

        var cuda = await CudaDevices.LookAsync(_root, Absent);

        Assert.Equal(("/proc/driver/nvidia", "550.54.15"), (cuda.Source, cuda.Driver));
        Assert.Equal([new CudaDevice(0, "NVIDIA H200", null, null)], cuda.Devices);
    }

    [Fact]
    public async Task Without_those_the_files_of_the_devices_count()
    {
        foreach (var name in new[] { "nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm" })
            Write($"dev/{name}", "");

        var cuda = await CudaDevices.LookAsync(_root, Absent);

        Assert.Equal(("/dev", "2 10"), (cuda.Source, string.Join(' ', cuda.Devices.Select(device => device.Index))));
    }

    [Fact]
    public async Task A_program_that_hangs_counts_as_absent()
    {
        var program = ShellScript.Write(Path.Combine(_root, "smi"), "exec sleep 600");

        var cuda = await CudaDevices.LookAsync(_root, program, TimeSpan.FromMilliseconds(100));

        Assert.Null(cuda.Source);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
