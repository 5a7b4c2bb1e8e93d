namespace Snakepit.Core.Ports;

/// <summary>What the work stream of a worker travels by.</summary>
public enum LinkCarrier
{
    Auto,
    Grpc,
}
