namespace Bongsu.Server.Configuration;

/// <summary>What the process says when it ends.</summary>
public static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    /// <summary>A client verb found something firing, burning or wrong.</summary>
    public const int FoundProblem = 3;
    public const int Unreachable = 4;
    /// <summary>EX_CONFIG of sysexits.h.</summary>
    public const int Configuration = 78;
}
