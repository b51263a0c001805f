"""Sends the PyTorch training to the cloud and puts the model behind an endpoint."""

import boto3
import sagemaker
from sagemaker.pytorch import PyTorch

session = sagemaker.Session(boto3.Session(region_name="us-east-1"))

job = PyTorch(
    entry_point="train_torch.py",
    role=sagemaker.get_execution_role(session),
    framework_version="2.5",
    py_version="py311",
    instance_type="ml.p3.2xlarge",
    instance_count=1,
    max_run=5 * 24 * 3600,
    sagemaker_session=session,
)
job.fit("s3://clothes/training")

predictor = job.deploy(initial_instance_count=1, instance_type="ml.g5.xlarge")
print(f"Serving at {predictor.endpoint_name}")
