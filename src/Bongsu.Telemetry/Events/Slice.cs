namespace Bongsu.Telemetry.Events;

/// <summary>Where some bytes stand in a <see cref="ByteArena"/>.</summary>
public readonly record struct Slice(int Offset, int Length)
{
    public static readonly Slice Empty;

    public bool IsEmpty => Length == 0;
}
